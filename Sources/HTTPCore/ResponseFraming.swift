import HTTPTypes

/// How the end of a response's body is made known (RFC 9112 section 6.3, from the sender's side).
public enum ResponseFraming: Sendable, Equatable {
  /// The status has no body and says no length: 1xx, 204.
  case none
  /// No body follows, yet the length that a GET would have had is given: HEAD, 304.
  case headerOnly(length: Int?)
  /// Content-Length.
  case length(Int)

  /// Decides after the request, the status, and the body's length.
  public init(method: HTTPRequest.Method, status: HTTPResponse.Status, length: Int) {
    if status.code < 200 || status.code == 204 {
      self = .none
    } else if method == .head || status.code == 304 {
      self = .headerOnly(length: status.code == 304 ? nil : length)
    } else {
      self = .length(length)
    }
  }

  /// Whether body bytes may follow the head.
  public var carriesBody: Bool {
    switch self {
    case .none, .headerOnly: false
    case .length: true
    }
  }
}
