import Foundation
import InferenceRuntime
import ModelServing

/// `training.json`: how a version of a model was made.
public struct TrainingRecord: Codable, Hashable, Sendable {
  /// Tells the run from others of the same settings.
  public var run: String
  public var settings: TrainingSettings
  public var data: DataRecord
  /// The program that trained.
  public var build: String
  /// The instruction set that it computed with.
  public var kernels: String
  /// What each layer was computed with, where there was a choice.
  public var algorithms: [String: String]
  /// The epoch, from 1, whose weights were kept, where the run could stop early.
  public var bestEpoch: Int?
  public var curve: [EpochRecord]
  public var test: Evaluation?

  /// What the network was trained with.
  public struct DataRecord: Codable, Hashable, Sendable {
    public var origin: String
    /// SHA-256 in hexadecimal.
    public var fingerprint: String
    public var classes: [String]
    public var trainingImages: Int
    public var validationImages: Int
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

  /// As it lies beside `model.json`.
  public var json: Data { SortedJSON.data(self, pretty: true) + Data("\n".utf8) }
}

extension Trainer {
  /// How `network` was made.
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
