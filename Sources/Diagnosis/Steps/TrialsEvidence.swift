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
  var isGuessing: Bool { (best?.validationAccuracy ?? 0) <= bestGuess }

  /// Whether a good network would stand out from a guess at all: it cannot where few images are held out, or where nearly all
  /// are of one class.
  var canTellGuesses: Bool { bestGuess < 0.9 }

  private var bestGuess: Double {
    let error = (majorityShare * (1 - majorityShare) / Double(max(validationImages, 1))).squareRoot()
    return majorityShare + 3.5 * error
  }
}
