/// Why a list of augmentations cannot be used: the entry, what is wrong with it, and what is accepted.
public struct AugmentationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// As it was written, such as `shift:x`.
  public let entry: String
  public let problem: String
  public let accepted: String

  public var description: String { "the augmentation \"\(entry)\" \(problem); accepted: \(accepted)" }
}
