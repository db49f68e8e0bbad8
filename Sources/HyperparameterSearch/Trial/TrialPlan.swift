import Architectures
import Foundation
import ImageInput
import Jobs
import ModelServing
import NetworkGraph
import Training

/// A trial with all that it needs to run: whatever is wrong with its settings, or does not fit the data, is found while it is made.
public struct TrialPlan {
  public let spec: TrialSpec
  /// Complete, with the defaults.
  public let settings: TrainingSettings
  let network: Network
  let start: TrainingStart?
  /// With the validation images held out, and as few training images as the trial asks for.
  let source: DataSource

  /// - Parameters:
  ///   - source: the trial's data, as they were opened.
  ///   - repository: where a base is looked for.
  /// - Throws: `UnacceptableSetting`, and what architecture, data or model say.
  public init(_ spec: TrialSpec, source: DataSource, repository: ModelRepository) throws {
    let classes = source.training.classes
    let base = try spec.values["base"]?.string.map { try TrialBase($0, in: repository) }
    var network = try base?.network(spec.values, classes: classes) ?? Self.network(spec.values, classes: classes.count)
    if let rate = spec.values["dropout"]?.double { network = try network.settingDropout(rate) }
    let preprocessing = try base?.contents.preprocessing ?? Self.preprocessing(spec.values, network)
    let settings = try Self.settings(spec.values, network, preprocessing)
    start = try Self.start(base, spec.values, network, settings, classes)
    self.source = try Self.divided(source, spec.values, settings)
    (self.spec, self.network, self.settings) = (spec, network, settings)
    try requireFit()
  }

  /// Epochs after which this part of the trial ends.
  var lastEpoch: Int { min(spec.stopAfterEpochs ?? settings.epochs, settings.epochs) }

  // MARK: Settings

  private static func network(_ values: SettingValues, classes: Int) throws -> Network {
    guard let name = values["architecture"]?.string else {
      throw UnacceptableSetting(
        "settings.architecture", "is missing", accepted: "a name that `convserve architectures` lists")
    }
    let input = try values["input"].map { value in
      guard let extents = value.elements?.compactMap(\.wholeNumber), extents.count == 3 else {
        throw UnacceptableSetting(
          "settings.input", "is \(value.shortText)", accepted: "channels, height and width, such as [1, 28, 28]")
      }
      return extents
    }
    return try Architecture.named(name).network(inputShape: input, numClasses: classes)
  }

  private static func preprocessing(_ values: SettingValues, _ network: Network) throws -> Preprocessing {
    let shape = network.inputShape.dimensions
    guard let given = values["preprocessing"] else {
      guard [1, 3].contains(shape[0]) else {
        throw TrainerError.input(
          architecture: network.name, given: shape,
          reason: "images have one channel (grey) or three (red, green, blue)")
      }
      return try ImportDefaults.preprocessing(inputShape: shape)
    }
    let place = "settings.preprocessing"
    let preprocessing: Preprocessing
    do {
      preprocessing = try given.decoded(Preprocessing.self)
    } catch {
      throw UnacceptableSetting(place, "cannot be used: \(describe(error))", accepted: "an object as in model.json")
    }
    let gives = [preprocessing.channels, preprocessing.inputSize.height, preprocessing.inputSize.width]
    guard gives == shape else { throw TrainerError.preprocessing(file: place, gives: gives, network: shape) }
    return preprocessing
  }

  private static func settings(
    _ values: SettingValues, _ network: Network, _ preprocessing: Preprocessing
  ) throws -> TrainingSettings {
    let defaults = TrainingDefaults.settings(
      for: network, preprocessing: preprocessing,
      optimizer: values["optimizer.name"]?.string.flatMap(OptimizerName.init) ?? TrainingDefaults.optimizer,
      batchSize: values["batch_size"]?.int ?? TrainingDefaults.batchSize)
    do {
      var settings = try JSONValue(defaults).merging(values.settings).decoded(TrainingSettings.self)
      settings.architecture = network.name
      return settings
    } catch {
      throw UnacceptableSetting("settings", "cannot be used: \(describe(error))")
    }
  }

  private static func start(
    _ base: TrialBase?, _ values: SettingValues, _ network: Network, _ settings: TrainingSettings,
    _ classes: [ClassLabel]
  ) throws -> TrainingStart? {
    let layers = values["frozen_layers"]?.int ?? 0
    guard let base else {
      guard layers == 0 else {
        throw UnacceptableSetting(
          "frozen_layers", "is \(layers), but layers that were never trained are of no use frozen; give base")
      }
      return nil
    }
    // Where layers are frozen, what they give stays the same, statistics included.
    return TrainingStart(
      try base.weights(for: network, settings, classes: classes), freezesStatistics: layers > 0,
      frozen: try network.tensors(ofFirstLayers: layers))
  }

  // MARK: Data

  private static func divided(
    _ source: DataSource, _ values: SettingValues, _ settings: TrainingSettings
  ) throws -> DataSource {
    var source = source.validation == nil ? try source.holdingOut(settings.validation, seed: settings.seed) : source
    guard source.validation != nil else {
      throw UnacceptableSetting(
        "settings.validation", "is 0, so that there is nothing to judge a trial by",
        accepted: "a number of images such as 5000, or a share such as 0.1")
    }
    if let count = values["training_images"]?.int, count < source.training.count {
      source.training = try source.training.split(.count(count), seed: settings.seed, stream: .trainingSubset)
        .validation
    }
    return source
  }

  /// What would be found out only when training begins.
  private func requireFit() throws {
    guard settings.warmUp < Double(settings.epochs) else {
      throw UnacceptableSetting(
        "settings.warm_up", "is \(settings.warmUp)", accepted: "a number of epochs from 0 to below \(settings.epochs)")
    }
    try settings.augmentation.check(inputSize: settings.preprocessing.inputSize)
    try source.training.requireTrainable(batchSize: settings.batchSize)
    _ = try settings.classWeights.weights(counts: source.training.classCounts)
    guard spec.stopAfterEpochs == nil || spec.directory != nil else {
      throw UnacceptableSetting(
        "stop_after_epochs", "is given, but a trial that pauses needs a place for its checkpoint",
        accepted: "a directory")
    }
  }
}
