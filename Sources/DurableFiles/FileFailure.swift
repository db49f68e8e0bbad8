import Glibc

/// A call of the system that failed.
public struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The system's name for it.
  public enum Call: String, Sendable {
    case open, write, rename
    case flush = "fsync"
  }

  public let call: Call
  /// Of what.
  public let path: String
  /// The system's error number.
  public let number: Int32

  /// The call that failed last on this thread.
  init(_ call: Call, _ path: String) {
    (self.call, self.path, number) = (call, path, errno)
  }

  /// In the system's words.
  public var reason: String { String(cString: strerror(number)) }

  public var description: String { "\(call.rawValue) \(path): \(reason)" }
}
