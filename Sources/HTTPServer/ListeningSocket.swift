import Glibc

/// A bound socket that listens; a value around the descriptor, closed by whoever holds it.
struct ListeningSocket: Sendable {
  let descriptor: Int32
  let address: BoundAddress

  enum AcceptResult {
    case connection(Socket, remote: String)
    case wouldBlock
    /// Out of descriptors or memory, or something unforeseen: accepting again at once would spin.
    case exhausted(SystemCallError)
    /// One waiting connection was lost; the next may be fine.
    case failed(SystemCallError)
  }

  /// Opens, binds and listens.
  ///
  /// - Parameters:
  ///   - host: the address as the user gave it, for messages.
  ///   - dualStack: whether an IPv6 socket takes IPv4 clients too.
  init(_ address: SocketAddress, host: String, dualStack: Bool, backlog: Int) throws(ListenError) {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { throw Self.listenError("socket", host: host, port: address.port) }
    do throws(ListenError) {
      // Without it a restart fails for a minute while old connections are in TIME_WAIT.
      try Self.set(SO_REUSEADDR, level: SOL_SOCKET, to: 1, on: descriptor, host: host, port: address.port)
      if address.isIPv6 {
        let only: Int32 = dualStack ? 0 : 1
        try Self.set(IPV6_V6ONLY, level: Int32(IPPROTO_IPV6), to: only, on: descriptor, host: host, port: address.port)
      }
      guard address.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else {
        throw Self.listenError("bind", host: host, port: address.port)
      }
      guard listen(descriptor, Int32(clamping: backlog)) == 0 else {
        throw Self.listenError("listen", host: host, port: address.port)
      }
      guard let bound = SocketAddress(filledBy: { getsockname(descriptor, $0, $1) }) else {
        throw Self.listenError("getsockname", host: host, port: address.port)
      }
      self.descriptor = descriptor
      self.address = BoundAddress(bound)
    } catch {
      _ = Glibc.close(descriptor)
      throw error
    }
  }

  func accept() -> AcceptResult {
    var accepted: Int32 = -1
    let remote = SocketAddress(filledBy: { address, length in
      accepted = Glibc.accept(descriptor, address, length)
      return accepted
    })
    if accepted >= 0 { return Self.prepared(Socket(descriptor: accepted), remote: remote?.text ?? "?") }
    switch errno {
    case EAGAIN: return .wouldBlock
    case EINTR, ECONNABORTED, EPROTO, ENETDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH: return .failed(.last("accept"))
    default: return .exhausted(.last("accept"))
    }
  }

  private static func prepared(_ socket: Socket, remote: String) -> AcceptResult {
    if socket.makeNonBlocking() { return .connection(socket, remote: remote) }
    let error = SystemCallError.last("fcntl")
    socket.close()
    return .failed(error)
  }

  func close() { _ = Glibc.close(descriptor) }

  private static func set(
    _ option: Int32, level: Int32, to value: Int32, on descriptor: Int32, host: String, port: Int
  ) throws(ListenError) {
    var value = value
    guard setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
      throw listenError("setsockopt", host: host, port: port)
    }
  }

  /// The error of the call that has just failed, in the user's terms.
  private static func listenError(_ call: String, host: String, port: Int) -> ListenError {
    let error = SystemCallError.last(call)
    switch error.errno {
    case EADDRINUSE: return .addressInUse(host: host, port: port)
    case EACCES: return .permissionDenied(host: host, port: port)
    case EADDRNOTAVAIL, EAFNOSUPPORT: return .addressNotAvailable(host: host)
    default: return .systemCall(host: host, port: port, error)
    }
  }
}
