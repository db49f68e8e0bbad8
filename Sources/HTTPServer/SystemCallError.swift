import Glibc

/// A system call that failed: which one, the error number, and the system's text for it.
public struct SystemCallError: Error, Sendable, Equatable, CustomStringConvertible {
  public let name: String
  public let errno: Int32
  public let text: String

  public init(name: String, errno: Int32) {
    self.name = name
    self.errno = errno
    // strerror_r fills our own buffer; strerror's would be shared between threads.
    var buffer = [CChar](repeating: 0, count: 128)
    let isKnown = strerror_r(errno, &buffer, buffer.count) == 0
    text = isKnown ? String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "unknown"
  }

  /// The failure of the call that has just returned.
  static func last(_ name: String) -> SystemCallError { SystemCallError(name: name, errno: Glibc.errno) }

  public var description: String { "\(name): \(text) (\(errno))" }
}
