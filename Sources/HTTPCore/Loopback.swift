import Glibc

/// What is of this machine alone: addresses that no other machine can have, names that lead to no other.
public enum Loopback {
  /// Whether a numeric address is one: 127.0.0.0/8 (RFC 1122 section 3.2.1.3), `::1` (RFC 4291 section 2.5.3), and an
  /// IPv4 one as sockets for both families show it, `::ffff:127.0.0.1` (section 2.5.5.2).
  public static func contains(address: String) -> Bool {
    if let bytes = octets(AF_INET, address, count: 4) { return bytes[0] == 127 }
    guard let bytes = octets(AF_INET6, address, count: 16) else { return false }
    let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    return isMapped ? bytes[12] == 127 : bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
  }

  /// Whether a socket's peer is on this machine.
  ///
  /// - Parameter peer: address and port, such as `127.0.0.1:49152` or `[::1]:49152`.
  public static func contains(peer: String) -> Bool {
    let host = peer.prefix(upTo: peer.lastIndex(of: ":") ?? peer.endIndex)
    return contains(address: String(host.first == "[" && host.last == "]" ? host.dropFirst().dropLast() : host))
  }

  /// Whether the value of a Host field, with or without a port, can mean this machine alone: `localhost`, a name that
  /// ends in `.localhost` (RFC 6761 section 6.3), or an address of the loopback.
  public static func contains(authority: String) -> Bool {
    guard RequestTarget.isAuthority(authority) else { return false }
    if authority.first == "[" { return contains(address: String(authority.dropFirst().prefix { $0 != "]" })) }
    var name = ASCII.lowercased(authority.prefix { $0 != ":" })
    // The dot of a name that is complete, which no resolver adds to.
    if name.last == "." { name.removeLast() }
    return name == "localhost" || name.hasSuffix(".localhost") || contains(address: name)
  }

  /// The bytes of an address of the family, the most significant first; nil when it is none.
  private static func octets(_ family: Int32, _ address: String, count: Int) -> [UInt8]? {
    // inet_pton reads up to the first NUL.
    guard !address.utf8.contains(ASCII.nul) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    return inet_pton(family, address, &bytes) == 1 ? bytes : nil
  }
}
