/// Why the server could not listen.
public enum ListenError: Error, Sendable, Equatable, CustomStringConvertible {
  case addressInUse(host: String, port: Int)
  case permissionDenied(host: String, port: Int)
  /// The address belongs to no interface of this machine.
  case addressNotAvailable(host: String)
  case unknownHost(host: String, reason: String)
  case portOutOfRange(Int)
  case noHost
  case alreadyStarted
  case stoppedWhileStarting
  case systemCall(host: String, port: Int, SystemCallError)

  public var description: String {
    switch self {
    case .addressInUse(let host, let port):
      "Cannot listen on \(host) port \(port): the port is in use. Choose another with --port, or --port 0 for any free one."
    case .permissionDenied(let host, let port):
      "Cannot listen on \(host) port \(port): permission denied. Ports below 1024 are reserved; choose another with --port."
    case .addressNotAvailable(let host):
      "Cannot listen on \(host): no network interface of this machine has this address."
    case .unknownHost(let host, let reason): "Cannot listen on \(host): \(reason)."
    case .portOutOfRange(let port): "Port \(port) does not exist; ports are 0 (any free one) to 65535."
    case .noHost: "No address to listen on is given."
    case .alreadyStarted: "The server was started before; a server starts once."
    case .stoppedWhileStarting: "The server was stopped before it listened."
    case .systemCall(let host, let port, let error): "Cannot listen on \(host) port \(port): \(error)."
    }
  }
}
