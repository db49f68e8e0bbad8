import Glibc

/// Where a client comes from, as far as limits tell clients from one another: an IPv4 address, or the first 64 bits of
/// an IPv6 address, which is what one customer is given at least (RFC 6177) and can change his address within at will.
public struct ClientAddress: Hashable, Sendable {
  private enum Prefix: Hashable {
    case ipv4(UInt32)
    case ipv6(UInt64)
    case unknown
  }

  private let prefix: Prefix

  /// - Parameter text: address and port, such as `127.0.0.1:49152` or `[::1]:49152`. Whatever is neither counts as one
  ///   client.
  public init(_ text: String) {
    let host = text.prefix(upTo: text.lastIndex(of: ":") ?? text.endIndex)
    prefix =
      host.hasPrefix("[")
      ? Self.ipv6(String(host.dropFirst().prefix { $0 != "]" && $0 != "%" })) : Self.ipv4(String(host))
  }

  private static func ipv4(_ host: String) -> Prefix {
    var address = in_addr()
    return inet_pton(AF_INET, host, &address) == 1 ? .ipv4(UInt32(bigEndian: address.s_addr)) : .unknown
  }

  private static func ipv6(_ host: String) -> Prefix {
    var address = in6_addr()
    guard inet_pton(AF_INET6, host, &address) == 1 else { return .unknown }
    return withUnsafeBytes(of: address) { bytes in
      let upper = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
      let middle = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
      // An IPv4 client of a socket for both families: ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
      guard upper == 0, middle == 0xFFFF else { return .ipv6(upper) }
      return .ipv4(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)))
    }
  }
}

/// Whom limits count for: a key where one was given, else an address.
enum Client: Hashable, Sendable {
  case key(name: String)
  case address(ClientAddress)
}
