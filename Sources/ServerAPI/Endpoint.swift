import AccessControl
import HTTPCore
import HTTPServer
import HTTPTypes
import Logging
import ModelServing

/// One operation of the API. Its file holds its path, its parameters, its answer and how that is made.
protocol Endpoint: Sendable {
  /// What the check of a request's header finds, and the answer needs.
  associatedtype Checked: Sendable = Void

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
  /// Types of body that it takes where it changes the server's state.
  static var changeBodyTypes: [MediaType] { get }
  /// How it takes a request's body, and how many bytes of it.
  var body: Route.Body { get }
  /// The model that a request asks, for logs and metrics; only names that the registry has.
  func modelName(_ path: PathParameters, _ registry: ModelRegistry) -> String?

  /// Throws what makes a request useless, as far as its header tells: its body is then not read. The query's parameters are
  /// checked after it.
  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> Checked

  func respond(to request: CheckedRequest<Checked>) async throws -> ServerResponse
}

extension Endpoint {
  static var method: HTTPRequest.Method { .get }
  static var queryParameters: [String] { [] }
  static var access: Access { .scope(.inspect) }
  static var changesState: Bool { false }
  static var isQuick: Bool { false }
  static var changeBodyTypes: [MediaType] { [.json] }
  /// Nothing that asks needs a body; a little is tolerated and ignored.
  var body: Route.Body { .whole(limit: 64 << 10) }

  func modelName(_ path: PathParameters, _ registry: ModelRegistry) -> String? {
    Self.path.parameterNames.contains("model") ? registry.knownName(path["model"]) : nil
  }
}

extension Endpoint where Checked == Void {
  func check(_ head: HTTPRequest, _ path: PathParameters) {}
}

/// A request on its way into an endpoint, complete, with its header and its query already checked.
struct CheckedRequest<Checked: Sendable>: Sendable {
  let request: ServerRequest
  let path: PathParameters
  let query: Query
  /// What the endpoint has found in the header.
  let checked: Checked
}

/// A request whose header says nothing else that its endpoint has to know.
typealias EndpointRequest = CheckedRequest<Void>

extension Endpoint {
  /// The endpoint as a row of the route table: checks header and query, answers, turns errors into problems, and notes
  /// which model is asked.
  ///
  /// - Parameter isOpen: whether it can be used without a key.
  func route(in context: APIContext, isOpen: Bool = false) -> Route {
    let access = isOpen && Self.access != .unlimited ? .open : Self.access
    return Route(
      Self.method, Self.path, name: Self.name, body: body, access: access, changesState: Self.changesState,
      changeBodyTypes: Self.changeBodyTypes,
      notes: { path in modelName(path, context.registry).map { ["model": $0] } ?? [:] },
      isQuick: Self.isQuick,
      headCheck: { head, target, path in
        do {
          let checked = try check(head, path)
          let query = try Query(target.queryItems, accepted: Self.queryParameters)
          return .proceed { request in
            await answer(CheckedRequest(request: request, path: path, query: query, checked: checked), context)
          }
        } catch {
          return .answer(failed(error, path, at: head, id: nil, context))
        }
      })
  }

  private func answer(_ request: CheckedRequest<Checked>, _ context: APIContext) async -> ServerResponse {
    do {
      return try await respond(to: request)
    } catch {
      return failed(error, request.path, at: request.request.head, id: request.request.identity.id, context)
    }
  }

  /// The answer to an error, counted and, where it is the server's own fault, logged.
  private func failed(
    _ error: any Error, _ path: PathParameters, at head: HTTPRequest, id: String?, _ context: APIContext
  ) -> ServerResponse {
    if let model = modelName(path, context.registry) { context.metrics.failed(error, model: model) }
    var problem = Problem(error)
    problem.locate(at: head.path)
    if problem.kind == .internalError {
      context.logger?.error("\(Self.name): \(error)", metadata: id.map { ["request_id": "\($0)"] })
    }
    return problem.response
  }
}
