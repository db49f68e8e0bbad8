/// A file or folder that cannot be written or made.
public struct UnwritableFile: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file or folder.
  public let path: String
  /// The reason in words, usually that of the system.
  public let reason: String

  /// An error for the file or folder at a path.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The path and the reason in a sentence.
  public var description: String { "cannot write \(path): \(reason)" }
}
