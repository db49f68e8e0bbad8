/// Opens the listening sockets of a configuration: all of them or, on an error, none.
enum Binding {
  /// Tries of a free port for the first host before giving up on finding one that is free for all.
  private static let attempts = 16

  static func listen(_ configuration: ServerConfiguration) throws(ListenError) -> [ListeningSocket] {
    let hosts = try resolvedHosts(configuration)
    var attempt = 1
    while true {
      do throws(ListenError) {
        return try listen(hosts, configuration: configuration)
      } catch {
        // A free port of one family may be taken in the other.
        guard case .addressInUse = error, configuration.port == 0, attempt < attempts else { throw error }
        attempt += 1
      }
    }
  }

  /// A name to listen on, with what it means.
  private struct Host {
    var name: String
    var address: String
    /// Whether the server may do without it: not every machine has both loopbacks.
    var isOptional: Bool
    var dualStack = false
  }

  private static func resolvedHosts(_ configuration: ServerConfiguration) throws(ListenError) -> [Host] {
    guard !configuration.hosts.isEmpty else { throw .noHost }
    let hasAnyIPv4 = configuration.hosts.contains("0.0.0.0")
    return configuration.hosts.flatMap { name in
      switch name {
      case "localhost":
        ["127.0.0.1", "::1"].map { Host(name: $0, address: $0, isOptional: true) }
      case "::":
        [Host(name: name, address: name, isOptional: false, dualStack: !hasAnyIPv4)]
      default:
        [Host(name: name, address: name, isOptional: false)]
      }
    }
  }

  private static func listen(
    _ hosts: [Host], configuration: ServerConfiguration
  ) throws(ListenError) -> [ListeningSocket] {
    var sockets: [ListeningSocket] = []
    do throws(ListenError) {
      for host in hosts {
        // The first socket settles which port "0" means.
        let port = sockets.first?.address.port ?? configuration.port
        sockets += try listen(host, port: port, backlog: configuration.backlog)
      }
      guard !sockets.isEmpty else { throw .addressNotAvailable(host: configuration.hosts[0]) }
      return sockets
    } catch {
      for socket in sockets { socket.close() }
      throw error
    }
  }

  private static func listen(_ host: Host, port: Int, backlog: Int) throws(ListenError) -> [ListeningSocket] {
    do throws(ListenError) {
      // A name may stand for several addresses; the first is the system's preferred one.
      guard let address = try SocketAddress.resolve(host: host.address, port: port).first else { return [] }
      return [try ListeningSocket(address, host: host.name, dualStack: host.dualStack, backlog: backlog)]
    } catch {
      if host.isOptional, case .addressNotAvailable = error { return [] }
      throw error
    }
  }
}
