import AccessControl
import HTTPCore
import HTTPTypes

/// Everything that the server answers by itself, without a handler.
public enum ServerFailure: Error, Sendable, Equatable, CustomStringConvertible {
  case routing(RoutingFailure)
  case parsing(HTTPParsingError)
  case headerTimeout(Duration)
  /// The body paused for longer than this, or came in slower than so many bytes a second.
  case bodyTimeout(Duration, minimumRate: Int)
  case contentCoding(ContentCodingError)
  /// The bodies of all requests hold as much as they may.
  case bodyMemoryExhausted(limit: Int)
  case tooManyConnections(limit: Int)
  /// The client may not, or not now.
  case access(AccessRefusal)
  /// The client may not change the server's state.
  case stateChange(StateChangeRefusal)
  /// The server speaks TLS, the client does not.
  case plainHTTP

  public var status: HTTPResponse.Status {
    switch self {
    case .routing(let failure): failure.status
    case .parsing(let error): error.suggestedStatus
    case .headerTimeout, .bodyTimeout: .requestTimeout
    case .contentCoding(let error): error.suggestedStatus
    case .tooManyConnections, .bodyMemoryExhausted: .serviceUnavailable
    case .access(let refusal): refusal.status
    case .stateChange(let refusal): refusal.suggestedStatus
    case .plainHTTP: .badRequest
    }
  }

  /// Fields that the answer must have whatever it looks like; the server adds them.
  public var requiredFields: HTTPFields {
    switch self {
    case .routing(.methodNotAllowed(_, _, let allowed)): [.allow: Router.allowValue(allowed)]
    case .tooManyConnections, .bodyMemoryExhausted: [.retryAfter: "1"]
    case .contentCoding(.unsupported): [.acceptEncoding: ContentCoding.acceptedInRequests]
    case .contentCoding(.noneAcceptable): [.vary: "Accept-Encoding"]
    case .access(let refusal): refusal.fields
    case .routing(.notFound), .routing(.methodNotImplemented), .parsing, .headerTimeout, .bodyTimeout, .contentCoding,
      .stateChange, .plainHTTP:
      [:]
    }
  }

  public var description: String {
    switch self {
    case .routing(let failure): failure.description
    case .parsing(let error): error.description
    case .headerTimeout(let limit): "The request's header did not arrive within \(limit)."
    case .bodyTimeout(let limit, let rate):
      "The request's body paused for \(limit), or came in at less than \(rate) bytes a second."
    case .contentCoding(let error): error.description
    case .bodyMemoryExhausted(let limit):
      "Bodies of requests hold all of the \(limit) bytes that they may hold together; try again in a moment."
    case .access(let refusal): refusal.description
    case .stateChange(let refusal): refusal.description
    case .tooManyConnections(let limit): "All \(limit) connections are taken; try again in a moment."
    case .plainHTTP: "This port speaks HTTPS; the request came without TLS."
    }
  }
}

/// Decides how an answer to a failure looks; the request is nil when it could not be read so far.
///
/// The server sets the status and the required fields of the failure on whatever comes back.
public typealias ProblemResponder = @Sendable (ServerFailure, HTTPRequest?) -> ServerResponse

extension ServerResponse {
  /// The plainest form of a failure: its description as text.
  public static func plainProblem(_ failure: ServerFailure, _ request: HTTPRequest?) -> ServerResponse {
    .text(failure.description + "\n", status: failure.status)
  }
}
