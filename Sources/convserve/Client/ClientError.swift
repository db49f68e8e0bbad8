import Foundation
import ServerAPI

/// Why a server did not do what it was asked for.
enum ClientError: Error, CustomStringConvertible {
  case unknownHost(String)
  case unreachable(server: String, reason: String)
  case tls(server: String, reason: String)
  /// The connection ended, or was silent for too long, before the answer was complete.
  case brokenOff(reason: String)
  case notHTTP(server: String)
  /// The server's own words (RFC 9457); the title, of what kind the problem is, where it says that.
  case refused(status: Int, title: String?, detail: String)

  var description: String {
    switch self {
    case .unknownHost(let host): "\(host) is not known"
    case .unreachable(let server, let reason): "no server at \(server): \(reason)"
    case .tls(let server, let reason): "no TLS with \(server): \(reason)"
    case .brokenOff(let reason): "the connection broke off: \(reason)"
    case .notHTTP(let server): "what \(server) sent is not HTTP"
    case .refused(let status, let title, let detail):
      (title.map { "\($0): " } ?? "") + "\(detail) (status \(status))"
    }
  }

  /// Whether another try may go better: the server is being started again, say.
  var isPassing: Bool {
    switch self {
    case .unreachable, .brokenOff: true
    case .refused(let status, _, _): status == 503 || status == 429
    case .unknownHost, .tls, .notHTTP: false
    }
  }
}
