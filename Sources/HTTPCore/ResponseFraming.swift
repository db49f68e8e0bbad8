import HTTPTypes

/// How the end of a response's body is made known (RFC 9112 section 6.3, from the sender's side).
public enum ResponseFraming: Sendable, Equatable {
  /// The status has no body and says no length: 1xx, 204.
  case none
  /// No body follows, yet the length that a GET would have had is given where it is known: HEAD, 304.
  case headerOnly(length: Int?)
  /// Content-Length.
  case length(Int)
  /// Transfer-Encoding: chunked, where the length is not known beforehand.
  case chunked
  /// The connection's end is that of the body: HTTP/1.0 has no chunks.
  case untilClose

  /// Decides after the request, the status, and the body's length.
  ///
  /// - Parameter length: nil where the body is made while it is sent.
  public init(method: HTTPRequest.Method, version: HTTPVersion, status: HTTPResponse.Status, length: Int?) {
    if status.code < 200 || status.code == 204 {
      self = .none
    } else if method == .head || status.code == 304 {
      self = .headerOnly(length: status.code == 304 ? nil : length)
    } else if let length {
      self = .length(length)
    } else {
      self = version >= .http11 ? .chunked : .untilClose
    }
  }

  /// Whether body bytes may follow the head.
  public var carriesBody: Bool {
    switch self {
    case .none, .headerOnly: false
    case .length, .chunked, .untilClose: true
    }
  }
}
