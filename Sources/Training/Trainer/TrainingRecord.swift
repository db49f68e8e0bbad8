import Foundation
import InferenceRuntime
import ModelServing

/// The contents of `training.json`: the record of the run that made a version.
public struct TrainingRecord: Codable, Hashable, Sendable {
  /// The identifier of the run, which differs between runs of the same settings.
  public var run: String
  /// The settings of the run.
  public var settings: TrainingSettings
  /// The data of the run.
  public var data: DataRecord
  /// The name of the program that trained.
  public var build: String
  /// The name of the instruction set that computed, for example `avx512`.
  public var kernels: String
  /// The algorithm of each pass of each layer, if there was a choice (`GradientEngine.algorithms`).
  public var algorithms: [String: String]
  /// The epoch, from 1, that the weights come from, if the run had early stopping.
  public var bestEpoch: Int?
  /// One record for each epoch, in order.
  public var curve: [EpochRecord]
  /// The result of the test images; `nil` if there are none.
  public var test: Evaluation?

  /// The data that a network was trained with.
  public struct DataRecord: Codable, Hashable, Sendable {
    /// The origin of the data in words, for example a path.
    public var origin: String
    /// The SHA-256 of the data in hexadecimal, validation and test images included.
    public var fingerprint: String
    /// The names of the classes, in the order of the network's outputs.
    public var classes: [String]
    /// The number of images in the training set.
    public var trainingImages: Int
    /// The number of images in the validation set; 0 if there is none.
    public var validationImages: Int
    /// The number of images in the test set; 0 if there is none.
    public var testImages: Int

    enum CodingKeys: String, CodingKey {
      case origin, fingerprint, classes
      case trainingImages = "training_images"
      case validationImages = "validation_images"
      case testImages = "test_images"
    }
  }

  enum CodingKeys: String, CodingKey {
    case run, settings, data, build, kernels, algorithms, curve, test
    case bestEpoch = "best_epoch"
  }

  /// The file's contents: JSON with sorted members, and a line break at the end.
  public var json: Data { SortedJSON.data(self, pretty: true) + Data("\n".utf8) }
}

extension Trainer {
  /// The record of a finished run.
  public func record(of network: TrainedNetwork) -> TrainingRecord {
    TrainingRecord(
      run: network.run, settings: settings,
      data: .init(
        origin: data.origin, fingerprint: data.fingerprint, classes: data.classes.map(\.name),
        trainingImages: data.training.sampleCount, validationImages: data.validation?.sampleCount ?? 0,
        testImages: data.test?.sampleCount ?? 0),
      build: build, kernels: kernels.rawValue, algorithms: network.algorithms, bestEpoch: network.bestEpoch,
      curve: network.curve, test: network.test)
  }
}
