/// The version of HTTP that a message speaks (RFC 9112 section 2.3).
public struct HTTPVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  public var major: Int
  public var minor: Int

  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  public static let http11 = HTTPVersion(major: 1, minor: 1)

  public static func < (left: HTTPVersion, right: HTTPVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  public var description: String { "HTTP/\(major).\(minor)" }
}
