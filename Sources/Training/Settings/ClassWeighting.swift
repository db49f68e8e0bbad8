/// The weight of each class in the loss.
public enum ClassWeighting: Hashable, Sendable {
  /// All classes have the weight 1.
  case none
  /// Rare classes count more: `n / (classes * n_class)` for a class with `n_class` of `n` training images, as
  /// scikit-learn's `class_weight="balanced"`.
  case balanced
  /// One positive weight for each class, in the order of the labels.
  case weights([Double])

  /// The accepted texts in words, for messages.
  public static let accepted = "none, balanced, or one positive number for each class, such as 1,1,2.5"

  /// The weight of each class.
  ///
  /// - Parameter counts: the number of training images of each class.
  /// - Returns: one weight for each class, or `nil` if all classes count alike. A class without images has the weight
  ///   0 with `balanced`.
  /// - Throws: `TrainerError.classWeights` if the number of given weights is not the number of classes.
  public func weights(counts: [Int]) throws(TrainerError) -> [Float]? {
    switch self {
    case .none: return nil
    case .balanced:
      let total = Double(counts.reduce(0, +))
      return counts.map { $0 == 0 ? 0 : Float(total / (Double(counts.count) * Double($0))) }
    case .weights(let weights):
      guard weights.count == counts.count else { throw .classWeights(given: weights.count, classes: counts.count) }
      return weights.map(Float.init)
    }
  }
}

extension ClassWeighting: LosslessStringConvertible {
  /// Reads `none`, `balanced`, or positive numbers between commas; `nil` for other texts.
  public init?(_ text: String) {
    switch text {
    case "none": self = .none
    case "balanced": self = .balanced
    default:
      let fields = text.split(separator: ",", omittingEmptySubsequences: false)
      let weights = fields.compactMap { SettingText.number($0) }
      guard weights.count == fields.count, weights.allSatisfy({ $0 > 0 }) else { return nil }
      self = .weights(weights)
    }
  }

  /// The text that `init(_:)` reads.
  public var description: String {
    switch self {
    case .none: "none"
    case .balanced: "balanced"
    case .weights(let weights): weights.map(SettingText.text).joined(separator: ",")
    }
  }
}

extension ClassWeighting: TextCodable {}
