import AccessControl
import HTTPCore
import HTTPTypes

/// One row of the route table.
public struct Route: Sendable {
  /// Answers a request; it runs in a task that is cancelled when the client goes away.
  public typealias Handler = @Sendable (ServerRequest) async -> ServerResponse

  /// Decides by the header alone whether a request is worth its body. It must be quick.
  public typealias HeadCheck = @Sendable (HTTPRequest, RequestTarget, PathParameters) -> HeadCheckOutcome

  /// What the access log and metrics should know of a request, whatever becomes of it, such as the model that is asked.
  public typealias Notes = @Sendable (PathParameters) -> [String: String]

  /// How a route takes a request's body.
  public enum Body: Sendable, Equatable {
    /// The handler gets it as a whole, once it is complete. It counts against the memory for bodies.
    ///
    /// - Parameter limit: bytes accepted; nil means the server's default.
    case whole(limit: Int?)
    /// The handler starts when the header is there, and takes pieces as they arrive (`ServerRequest.bodyStream`). The
    /// server's default limit and the memory for bodies do not concern it.
    ///
    /// - Parameter limit: bytes accepted, as sent and once more as expanded.
    case streamed(limit: Int)
  }

  public let method: HTTPRequest.Method
  public let template: PathTemplate
  /// Names the operation in logs and metrics, where paths would be too many.
  public let name: String
  public let body: Body
  /// What it asks of clients.
  public let access: Access
  /// Whether it changes the server's state, and is therefore guarded: see `StateChangePolicy`.
  public let changesState: Bool
  /// Types of body that it takes where it changes the server's state; the guard refuses others.
  public let changeBodyTypes: [MediaType]
  public let notes: Notes
  /// Whether its handler takes no time to speak of, so that it need not wait for those that do.
  public let isQuick: Bool
  public let headCheck: HeadCheck

  /// - Parameter bodyLimit: short for `body: .whole(limit: bodyLimit)`.
  public init(
    _ method: HTTPRequest.Method, _ template: PathTemplate, name: String, bodyLimit: Int? = nil, body: Body? = nil,
    access: Access = .open, changesState: Bool = false, changeBodyTypes: [MediaType] = [.json],
    notes: @escaping Notes = { _ in [:] }, isQuick: Bool = false, headCheck: @escaping HeadCheck
  ) {
    self.method = method
    self.template = template
    self.name = name
    self.body = body ?? .whole(limit: bodyLimit)
    self.access = access
    self.changesState = changesState
    self.changeBodyTypes = changeBodyTypes
    self.notes = notes
    self.isQuick = isQuick
    self.headCheck = headCheck
  }

  /// A route that takes every request, whatever its header says.
  public init(
    _ method: HTTPRequest.Method, _ template: PathTemplate, name: String, bodyLimit: Int? = nil, body: Body? = nil,
    access: Access = .open, changesState: Bool = false, notes: @escaping Notes = { _ in [:] }, isQuick: Bool = false,
    handler: @escaping @Sendable (ServerRequest, PathParameters) async -> ServerResponse
  ) {
    self.init(
      method, template, name: name, bodyLimit: bodyLimit, body: body, access: access, changesState: changesState,
      notes: notes, isQuick: isQuick, headCheck: { _, _, path in .proceed { request in await handler(request, path) } })
  }
}
