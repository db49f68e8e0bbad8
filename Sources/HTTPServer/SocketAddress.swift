import Glibc
import HTTPCore

/// An IPv4 or IPv6 address with a port, as the socket calls take it.
struct SocketAddress: Sendable {
  private var storage = sockaddr_storage()
  private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  var family: Int32 { Int32(storage.ss_family) }
  var isIPv6: Bool { family == AF_INET6 }

  /// The addresses behind a host name or a numeric address, in the system's order.
  static func resolve(host: String, port: Int) throws(ListenError) -> [SocketAddress] {
    guard let portNumber = UInt16(exactly: port) else { throw .portOutOfRange(port) }
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard status == 0 else {
      throw .unknownHost(host: host, reason: String(cString: gai_strerror(status)))
    }
    var addresses: [SocketAddress] = []
    var entry = list
    while let info = entry?.pointee {
      if let address = SocketAddress(info) { addresses.append(address) }
      entry = info.ai_next
    }
    return addresses.map { $0.with(port: portNumber) }
  }

  private init?(_ info: addrinfo) {
    guard info.ai_family == AF_INET || info.ai_family == AF_INET6, let address = info.ai_addr else { return nil }
    // The storage is by definition large enough for the address of any family.
    withUnsafeMutableBytes(of: &storage) { bytes in
      bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
    }
    length = info.ai_addrlen
  }

  /// The address that a call such as `getsockname` or `accept` fills in; nil when the call fails.
  init?(filledBy call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
    var filledLength = length
    let status = withUnsafeMutablePointer(to: &storage) { pointer in
      // sockaddr_storage is the type that may stand for every sockaddr.
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &filledLength) }
    }
    guard status >= 0 else { return nil }
    length = filledLength
  }

  /// Runs `body` with the address in the form of the socket calls.
  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }

  private func with(port: UInt16) -> SocketAddress {
    var copy = self
    // sin_port and sin6_port lie at the same place: right behind the two bytes of the family.
    withUnsafeMutableBytes(of: &copy.storage) { $0.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self) }
    return copy
  }

  var port: Int {
    withUnsafeBytes(of: storage) { Int(UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))) }
  }

  /// Whether only this machine can reach it.
  var isLoopback: Bool { Loopback.contains(address: host) }

  /// The numeric address, such as `127.0.0.1` or `::1`.
  var host: String {
    var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = withSockaddr { getnameinfo($0, $1, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) }
    guard status == 0 else { return "?" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Host and port, an IPv6 address in brackets.
  var text: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
