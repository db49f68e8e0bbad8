/// Candidates that were trained and validated.
public struct TrialsEvidence: Sendable, Encodable {
  /// Of the training images.
  public let share: Double
  public let trainingImages: Int
  public let validationImages: Int
  public let epochs: Int
  /// The part of the images held out that the commonest class has.
  public let majorityShare: Double
  /// The best first.
  public let trials: [TrialOutcome]
  /// Candidates that the budget did not reach.
  public let leftOut: Int

  private enum CodingKeys: String, CodingKey {
    case share, epochs, trials
    case trainingImages = "training_images"
    case validationImages = "validation_images"
    case majorityShare = "majority_share"
    case leftOut = "left_out"
  }

  public var best: TrialOutcome? { trials.first }

  /// Standard error of the difference of two accuracies near this one.
  func differenceError(at accuracy: Double) -> Double {
    (2 * accuracy * (1 - accuracy) / Double(max(validationImages, 1))).squareRoot()
  }

  /// Whether no candidate is better than a guess by more than chance allows: three and a half standard errors, since the best
  /// of several was taken.
  var isGuessing: Bool {
    let error = (majorityShare * (1 - majorityShare) / Double(max(validationImages, 1))).squareRoot()
    return (best?.validationAccuracy ?? 0) <= majorityShare + 3.5 * error
  }
}
