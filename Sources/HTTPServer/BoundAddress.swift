/// An address that the server listens on.
public struct BoundAddress: Sendable, Hashable, CustomStringConvertible {
  /// The numeric address, such as `127.0.0.1` or `::1`.
  public let host: String
  /// The port, also when a free one was asked for.
  public let port: Int
  public let isIPv6: Bool
  /// `http` or `https`.
  public private(set) var scheme = "http"

  init(_ address: SocketAddress) {
    host = address.host
    port = address.port
    isIPv6 = address.isIPv6
  }

  func speaking(_ scheme: String) -> BoundAddress {
    var copy = self
    copy.scheme = scheme
    return copy
  }

  /// The address as a link, such as `http://[::1]:8080`; the "any" addresses appear as localhost.
  public var url: String {
    if host == "0.0.0.0" || host == "::" { return "\(scheme)://localhost:\(port)" }
    return "\(scheme)://\(description)"
  }

  public var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
