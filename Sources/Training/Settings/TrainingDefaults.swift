import ImageInput
import NetworkGraph

/// What a run takes where nothing is said: the same for `train`, for trials and for searches.
public enum TrainingDefaults {
  public static let validation = HoldOut.share(0.1)
  public static let epochs = 15
  public static let batchSize = 128
  public static let optimizer = OptimizerName.nesterov
  public static let schedule = Schedule.oneCycle(OneCycleSchedule())
  public static let labelSmoothing = 0.1

  /// - Parameters:
  ///   - network: built for as many classes as the data have.
  ///   - preprocessing: for the network's input.
  public static func settings(
    for network: Network, preprocessing: Preprocessing, optimizer: OptimizerName = optimizer, batchSize: Int = batchSize
  ) -> TrainingSettings {
    TrainingSettings(
      architecture: network.name, input: network.inputShape.dimensions, preprocessing: preprocessing,
      validation: validation, epochs: epochs, batchSize: batchSize,
      optimizer: OptimizerSettings(
        optimizer, momentum: optimizer.defaultMomentum, weightDecay: optimizer.defaultWeightDecay),
      learningRate: optimizer.defaultRate(batchSize: batchSize), schedule: schedule, warmUp: 0,
      labelSmoothing: labelSmoothing, classWeights: .none, augmentation: .suiting(preprocessing),
      initialization: .recommended(for: network), average: .none, earlyStopping: nil, seed: 0)
  }
}

extension Augmentation {
  /// Photographs may be mirrored and cut; digits and letters may not, and small pictures have nothing to spare.
  public static func suiting(_ preprocessing: Preprocessing) -> Augmentation {
    let isPhotograph = preprocessing.channels == 3 && preprocessing.inputSize.height >= 64
    return isPhotograph
      ? Augmentation(resizedCrop: RandomResizedCrop(), flip: .random(probability: 0.5))
      : Augmentation(shift: RandomShift(pixels: 2))
  }
}

extension OptimizerName {
  public var takesMomentum: Bool {
    switch self {
    case .momentum, .nesterov, .rmsprop: true
    case .sgd, .adam, .adamw: false
    }
  }

  public var defaultMomentum: Double { self == .momentum || self == .nesterov ? 0.9 : 0 }

  /// Of SGD and its kin in proportion to the batch: Goyal et al., 2017, section 2.1.
  public func defaultRate(batchSize: Int) -> Double {
    switch self {
    case .sgd, .momentum, .nesterov: 0.1 * Double(batchSize) / 128
    case .rmsprop, .adam, .adamw: 0.001
    }
  }

  public var defaultWeightDecay: Double {
    switch self {
    case .sgd, .momentum, .nesterov: 5e-4
    case .adamw: 0.01
    case .rmsprop, .adam: 0
    }
  }
}
