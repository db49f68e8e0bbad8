import Training

/// One try to learn the small sample by heart.
public struct SampleAttempt: Hashable, Sendable, Encodable {
  public enum Outcome: String, Hashable, Sendable, Encodable {
    /// Every image of the sample is right.
    case fitted
    /// The loss falls, and is not done.
    case falling
    /// The loss does not fall.
    case flat
    /// The loss grows, or became infinite or no number.
    case exploded
  }

  public let learningRate: Double
  public let initialization: String
  public let outcome: Outcome
  /// Mean loss of each epoch, as far as it is a number.
  public let losses: [Double]
  /// Of the last epoch.
  public let accuracy: Double

  private enum CodingKeys: String, CodingKey {
    case initialization, outcome, losses, accuracy
    case learningRate = "learning_rate"
  }

  var learns: Bool { outcome == .fitted || outcome == .falling }

  /// - Parameters:
  ///   - guess: loss of a guess.
  ///   - initial: loss before the first step.
  static func outcome(losses: [Double], accuracy: Double, isFinite: Bool, initial: Double, guess: Double) -> Outcome {
    guard isFinite, !losses.isEmpty else { return .exploded }
    if accuracy >= 1 { return .fitted }
    let last = Statistics.median(losses.suffix(3))
    if last > 1.5 * max(initial, guess) { return .exploded }
    return last > 0.85 * min(initial, guess) ? .flat : .falling
  }

  /// Whether so many epochs have brought so little that more would not help.
  static func isHopeless(losses: [Double], of epochs: Int, initial: Double, guess: Double) -> Bool {
    guard losses.count >= max(10, epochs / 5) else { return false }
    let last = Statistics.median(losses.suffix(3))
    return last > 0.97 * min(initial, guess)
  }
}

public struct SampleEvidence: Hashable, Sendable, Encodable {
  public let images: Int
  public let batchSize: Int
  public let mostEpochs: Int
  /// Loss of a guess that knows how frequent each class is.
  public let guess: Double
  /// Of tensors that weigh inputs, before the first step: how many, and how many without any gradient.
  public let weightTensors: Int
  public let tensorsWithoutGradient: Int
  /// In the order in which they were made.
  public let attempts: [SampleAttempt]

  private enum CodingKeys: String, CodingKey {
    case images, guess, attempts
    case batchSize = "batch_size"
    case mostEpochs = "most_epochs"
    case weightTensors = "weight_tensors"
    case tensorsWithoutGradient = "tensors_without_gradient"
  }
}
