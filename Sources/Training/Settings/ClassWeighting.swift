/// How much each class counts in the loss.
public enum ClassWeighting: Hashable, Sendable {
  /// All alike.
  case none
  /// Each by the inverse of how many images it has, as scikit-learn's `class_weight="balanced"`: `n / (classes * n_class)`.
  case balanced
  /// One number a class, in the order of the labels.
  case weights([Double])

  public static let accepted = "none, balanced, or one positive number for each class, such as 1,1,2.5"

  /// One weight a class, or nothing where all count alike.
  ///
  /// - Parameter counts: training images of each class.
  /// - Throws: `TrainerError.classWeights` where the number of weights is another.
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

  public var description: String {
    switch self {
    case .none: "none"
    case .balanced: "balanced"
    case .weights(let weights): weights.map(SettingText.text).joined(separator: ",")
    }
  }
}

extension ClassWeighting: TextCodable {}
