import AccessControl
import HTTPServer
import HTTPTypes
import Logging
import ModelServing

/// One operation of the API. Its file holds its path, its parameters, its answer and how that is made.
protocol Endpoint: Sendable {
  /// The operation's name in `openapi.yaml`, logs and metrics.
  static var name: String { get }
  static var method: HTTPRequest.Method { get }
  static var path: PathTemplate { get }
  /// Names of the accepted query parameters; any other is refused.
  static var queryParameters: [String] { get }
  /// What it asks of clients; reading needs the scope `inspect` unless an endpoint says otherwise.
  static var access: Access { get }
  /// Whether it changes what the server holds or does: then the server guards it (`StateChangePolicy`).
  static var changesState: Bool { get }
  /// Whether the answer takes no time to speak of.
  static var isQuick: Bool { get }
  /// Bytes of body accepted.
  var bodyLimit: Int { get }
  /// The model that a request asks, for logs and metrics; only names that the registry has.
  func modelName(_ path: PathParameters, _ registry: ModelRegistry) -> String?

  /// Throws what makes a request useless, as far as its header tells: its body is then not read.
  func check(_ head: HTTPRequest, _ path: PathParameters) throws

  func respond(to request: EndpointRequest) async throws -> ServerResponse
}

extension Endpoint {
  static var method: HTTPRequest.Method { .get }
  static var queryParameters: [String] { [] }
  static var access: Access { .scope(.inspect) }
  static var changesState: Bool { false }
  static var isQuick: Bool { false }
  /// Nothing that asks needs a body; a little is tolerated and ignored.
  var bodyLimit: Int { 64 << 10 }

  func modelName(_ path: PathParameters, _ registry: ModelRegistry) -> String? {
    Self.path.parameterNames.contains("model") ? registry.knownName(path["model"]) : nil
  }
  func check(_ head: HTTPRequest, _ path: PathParameters) {}
}

/// A request on its way into an endpoint, with the query already checked.
struct EndpointRequest: Sendable {
  let request: ServerRequest
  let path: PathParameters
  let query: Query
}

extension Endpoint {
  /// The endpoint as a row of the route table: checks the query, answers, turns errors into problems, and notes which
  /// model is asked.
  ///
  /// - Parameter isOpen: whether it can be used without a key.
  func route(in context: APIContext, isOpen: Bool = false) -> Route {
    let access = isOpen && Self.access != .unlimited ? .open : Self.access
    return Route(
      Self.method, Self.path, name: Self.name, bodyLimit: bodyLimit, access: access, changesState: Self.changesState,
      headCheck: { head, path in
        do {
          try check(head, path)
          return nil
        } catch {
          let model = modelName(path, context.registry)
          return failed(error, model, at: head, id: nil, context)
        }
      },
      notes: { path in modelName(path, context.registry).map { ["model": $0] } ?? [:] },
      isQuick: Self.isQuick,
      handler: { request, path in
        do {
          let query = try Query(request, accepted: Self.queryParameters)
          return try await respond(to: EndpointRequest(request: request, path: path, query: query))
        } catch {
          let model = modelName(path, context.registry)
          return failed(error, model, at: request.head, id: request.identity.id, context)
        }
      })
  }

  /// The answer to an error, counted and, where it is the server's own fault, logged.
  private func failed(
    _ error: any Error, _ model: String?, at head: HTTPRequest, id: String?, _ context: APIContext
  ) -> ServerResponse {
    if let model { context.metrics.failed(error, model: model) }
    var problem = Problem(error)
    problem.locate(at: head.path)
    if problem.kind == .internalError {
      context.logger?.error("\(Self.name): \(error)", metadata: id.map { ["request_id": "\($0)"] })
    }
    return problem.response
  }
}
