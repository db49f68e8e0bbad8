import HTTPCore
import HTTPTypes

/// A request as a handler sees it: checked, decoded, and complete unless its route takes the body in pieces.
public struct ServerRequest: Sendable {
  /// Method, authority, the target as received, and the header fields with their repetitions.
  public var head: HTTPRequest
  /// The normalised, decoded path.
  public var path: String
  /// The decoded items of the query, repetitions kept.
  public var query: [RequestTarget.QueryItem]
  /// The body without transfer and content coding, at most the route's limit long.
  public var body: [UInt8]
  /// The body in pieces, where the route asks for them (`Route.Body.streamed`); nil elsewhere, and where there is no body.
  public var bodyStream: RequestBodyStream?
  /// The client's address and port, such as `127.0.0.1:49152` or `[::1]:49152`.
  public var remoteAddress: String
  /// What names the request in logs and traces.
  public var identity: RequestIdentity
  /// Whether the server asks for keys, this route does not, and the client has shown none that counts.
  public var isFromStranger: Bool
  /// What else the client may do on this server, by what this request's header shows.
  public var permissions: ClientPermissions
  /// When it was complete; with a streamed body, when its header was.
  public var received: ContinuousClock.Instant

  public init(
    head: HTTPRequest, path: String, query: [RequestTarget.QueryItem] = [], body: [UInt8] = [],
    remoteAddress: String = "", identity: RequestIdentity = RequestIdentity(), isFromStranger: Bool = false,
    permissions: ClientPermissions = .all,
    received: ContinuousClock.Instant = .now
  ) {
    self.head = head
    self.path = path
    self.query = query
    self.body = body
    self.remoteAddress = remoteAddress
    self.identity = identity
    self.isFromStranger = isFromStranger
    self.permissions = permissions
    self.received = received
  }
}
