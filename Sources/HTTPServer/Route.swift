import AccessControl
import HTTPCore
import HTTPTypes

/// One row of the route table.
public struct Route: Sendable {
  /// Answers a request that is complete; it runs in a task that is cancelled when the client goes away.
  public typealias Handler = @Sendable (ServerRequest) async -> ServerResponse

  /// Decides by the header alone whether a request is worth its body. It must be quick.
  public typealias HeadCheck = @Sendable (HTTPRequest, RequestTarget, PathParameters) -> HeadCheckOutcome

  /// What the access log and metrics should know of a request, whatever becomes of it, such as the model that is asked.
  public typealias Notes = @Sendable (PathParameters) -> [String: String]

  public let method: HTTPRequest.Method
  public let template: PathTemplate
  /// Names the operation in logs and metrics, where paths would be too many.
  public let name: String
  /// Bytes of body accepted; nil means the server's default.
  public let bodyLimit: Int?
  /// What it asks of clients.
  public let access: Access
  /// Whether it changes the server's state, and is therefore guarded: see `StateChangePolicy`.
  public let changesState: Bool
  public let notes: Notes
  /// Whether its handler takes no time to speak of, so that it need not wait for those that do.
  public let isQuick: Bool
  public let headCheck: HeadCheck

  public init(
    _ method: HTTPRequest.Method, _ template: PathTemplate, name: String, bodyLimit: Int? = nil,
    access: Access = .open, changesState: Bool = false, notes: @escaping Notes = { _ in [:] }, isQuick: Bool = false,
    headCheck: @escaping HeadCheck
  ) {
    self.method = method
    self.template = template
    self.name = name
    self.bodyLimit = bodyLimit
    self.access = access
    self.changesState = changesState
    self.notes = notes
    self.isQuick = isQuick
    self.headCheck = headCheck
  }

  /// A route that takes every request, whatever its header says.
  public init(
    _ method: HTTPRequest.Method, _ template: PathTemplate, name: String, bodyLimit: Int? = nil,
    access: Access = .open, changesState: Bool = false, notes: @escaping Notes = { _ in [:] }, isQuick: Bool = false,
    handler: @escaping @Sendable (ServerRequest, PathParameters) async -> ServerResponse
  ) {
    self.init(
      method, template, name: name, bodyLimit: bodyLimit, access: access, changesState: changesState, notes: notes,
      isQuick: isQuick, headCheck: { _, _, path in .proceed { request in await handler(request, path) } })
  }
}
