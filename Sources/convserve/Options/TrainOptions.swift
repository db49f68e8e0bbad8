import Architectures
import ArgumentParser
import Foundation
import HTTPCore
import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// What can be set about how a network is trained, but for how long and by which course of the rate.
///
/// What stands behind an option with a number is its value, even where it begins with a dash (`.unconditional`): whoever gives
/// a negative number hears what is accepted.
struct TrainOptions: ParsableArguments {
  @Option(name: .long, help: "The network; `convserve architectures` lists them.")
  var architecture: String

  @Option(name: .long, help: "Shape of the input, for example 1x28x28. (default: the architecture's)")
  var input: String?

  @Option(
    name: .long, help: "JSON file with preprocessing, as in model.json. (default: what suits the input)",
    completion: .file())
  var preprocessing: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Training images that are held out, a number or a share; 0 for none. Data with a validation set of their own keep to \
      it.
      """)
  var validation = TrainingDefaults.validation.description

  @Option(name: .long, parsing: .unconditional, help: "Images of one step.")
  var batchSize = TrainingDefaults.batchSize

  @Option(name: .long, help: "sgd, momentum, nesterov, adam, adamw or rmsprop.")
  var optimizer = TrainingDefaults.optimizer

  @Option(
    name: .long, parsing: .unconditional,
    help: "What of the last movement goes on. (default: 0.9 for momentum and nesterov, else 0)")
  var momentum: Double?

  @Option(
    name: .long, parsing: .unconditional,
    help:
      "Highest learning rate. (default: 0.1 for 128 images in a step, in proportion for others; adaptive ones 0.001)")
  var learningRate: Double?

  @Option(
    name: .long, parsing: .unconditional,
    help: "What is taken off the weights. (default: 0.0005; adamw 0.01; adam and rmsprop 0)")
  var weightDecay: Double?

  @Flag(name: .long, help: "Lets biases and batch normalisation decay too.")
  var decayAll = false

  @Option(
    name: .long, parsing: .unconditional,
    help: "Shortens gradients that are longer than this, all together. (default: none is)")
  var clip: Double?

  @Option(name: .long, parsing: .unconditional, help: "What of the target is spread over all classes, 0 to below 1.")
  var labelSmoothing = TrainingDefaults.labelSmoothing

  @Option(name: .long, help: "How much each class counts: \(ClassWeighting.accepted).")
  var classWeights = "none"

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Random changes of the images: \(Augmentation.accepted). (default: shift:2; photographs resized-crop,flip)",
      valueName: "list"))
  var augment: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "First weights: \(Initialization.accepted). (default: what suits the network)", valueName: "name"))
  var initialization: String?

  @Option(
    name: .long, parsing: .unconditional, help: "Decides on everything that is random. (default: 0)",
    transform: { text in
      guard let seed = UInt64(text) else { throw ValidationError("--seed takes a whole number from 0") }
      return seed
    })
  var seed: UInt64 = 0

  func validate() throws {
    func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
      guard condition else { throw ValidationError(message()) }
    }
    try require((1...4096).contains(batchSize), "--batch-size takes 1 to 4096")
    try require(learningRate.map { $0 > 0 && $0 <= 100 } ?? true, "--learning-rate takes a number above 0, at most 100")
    try require(momentum.map { $0 >= 0 && $0 < 1 } ?? true, "--momentum takes a number from 0 to below 1")
    try require(
      momentum == nil || optimizer.takesMomentum, "--momentum is of no use to the optimizer \(optimizer.rawValue)")
    try require(weightDecay.map { $0 >= 0 && $0 <= 1 } ?? true, "--weight-decay takes a number from 0 to 1")
    try require(clip.map { $0 > 0 && $0.isFinite } ?? true, "--clip takes a number above 0")
    try require(labelSmoothing >= 0 && labelSmoothing < 1, "--label-smoothing takes a number from 0 to below 1")
    _ = try (inputShape(), parsedValidation(), parsedClassWeights(), parsedAugmentation(), parsedStart())
  }

  /// For a network that is built for as many classes as the data have.
  func settings(_ network: Network, _ course: TrainingCourse) throws -> TrainingSettings {
    let preprocessing = try preprocessing(network.inputShape.dimensions)
    return TrainingSettings(
      architecture: network.name, input: network.inputShape.dimensions, preprocessing: preprocessing,
      validation: try parsedValidation(), epochs: course.epochs, batchSize: batchSize, optimizer: optimizerSettings,
      learningRate: learningRate ?? optimizer.defaultRate(batchSize: batchSize), schedule: course.schedule,
      warmUp: course.warmUp, labelSmoothing: labelSmoothing, classWeights: try parsedClassWeights(),
      augmentation: try parsedAugmentation() ?? .suiting(preprocessing),
      initialization: try parsedStart() ?? .recommended(for: network), average: course.average,
      earlyStopping: course.earlyStopping, seed: seed)
  }

  private var optimizerSettings: OptimizerSettings {
    OptimizerSettings(
      optimizer, momentum: momentum ?? optimizer.defaultMomentum,
      weightDecay: weightDecay ?? optimizer.defaultWeightDecay, decaysBiasAndNormalization: decayAll,
      gradientClipping: clip)
  }
}

// MARK: Text of options

extension TrainOptions {
  func inputShape() throws -> [Int]? {
    guard let input else { return nil }
    guard let extents = DecimalNumber.extents(input), extents.count == 3 else {
      throw ValidationError("--input takes channels x height x width, for example 1x28x28, not \"\(input)\"")
    }
    return extents
  }

  private func preprocessing(_ shape: [Int]) throws -> Preprocessing {
    if let preprocessing {
      let chosen = try ImportDefaults.preprocessing(file: URL(fileURLWithPath: preprocessing))
      let gives = [chosen.channels, chosen.inputSize.height, chosen.inputSize.width]
      guard gives == shape else { throw TrainerError.preprocessing(file: preprocessing, gives: gives, network: shape) }
      return chosen
    }
    guard [1, 3].contains(shape[0]) else {
      throw TrainerError.input(
        architecture: architecture, given: shape, reason: "images have one channel (grey) or three (red, green, blue)")
    }
    return try ImportDefaults.preprocessing(inputShape: shape)
  }

  func parsedValidation() throws -> HoldOut {
    try OptionText.parsed("--validation", validation, accepted: HoldOut.accepted)
  }

  private func parsedClassWeights() throws -> ClassWeighting {
    try OptionText.parsed("--class-weights", classWeights, accepted: ClassWeighting.accepted)
  }

  private func parsedStart() throws -> Initialization? {
    try initialization.map { try OptionText.parsed("--initialization", $0, accepted: Initialization.accepted) }
  }

  private func parsedAugmentation() throws -> Augmentation? {
    do {
      return try augment.map { try Augmentation(list: $0) }
    } catch {
      throw ValidationError("--augment: \(error)")
    }
  }
}

extension OptimizerName: ExpressibleByArgument {}
