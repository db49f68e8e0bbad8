/// An entry of an augmentation list that cannot be used.
public struct AugmentationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The entry as it was written, such as `shift:x`.
  public let entry: String
  /// The problem as the predicate of a sentence about the entry, such as `is not known`.
  public let problem: String
  /// The accepted form of the entry, or the accepted range.
  public let accepted: String

  /// The entry, the problem and the accepted form in a sentence.
  public var description: String { "the augmentation \"\(entry)\" \(problem); accepted: \(accepted)" }
}
