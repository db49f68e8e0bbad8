import HTTPTypes

/// One request that is over, for the access log and for metrics.
public struct AccessRecord: Sendable, Equatable {
  public var identity: RequestIdentity
  /// Nil when the request could not be read so far.
  public var method: HTTPRequest.Method?
  /// The path as received, without the query, which may hold what a log should not keep.
  public var path: String?
  /// The name of the route that answered; nil when none did.
  public var routeName: String?
  /// `clientClosedRequest` where the connection ended before the whole answer was sent.
  public var status: HTTPResponse.Status
  /// Bytes of the response's body that were sent.
  public var responseBytes: Int
  /// From the end of the request's header to the last byte of the answer given to the kernel.
  public var duration: Duration
  public var remoteAddress: String
  /// What the route noted of the request.
  public var notes: [String: String]
}

extension HTTPResponse.Status {
  /// No answer could be given: nginx's number, which logs and dashboards know. It is never sent.
  public static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
}
