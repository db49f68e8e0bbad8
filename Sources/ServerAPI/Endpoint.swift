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
  /// Bytes of body accepted.
  var bodyLimit: Int { get }
  /// The model that a request asks, for logs and metrics; only names that the registry has.
  func modelName(_ path: PathParameters, _ registry: ModelRegistry) -> String?

  func respond(to request: EndpointRequest) async throws -> ServerResponse
}

extension Endpoint {
  static var method: HTTPRequest.Method { .get }
  static var queryParameters: [String] { [] }
  static var access: Access { .scope(.inspect) }
  /// Nothing that asks needs a body; a little is tolerated and ignored.
  var bodyLimit: Int { 64 << 10 }

  func modelName(_ path: PathParameters, _ registry: ModelRegistry) -> String? {
    Self.path.parameterNames.contains("model") ? try? registry.model(named: path["model"]).name : nil
  }
}

/// A request on its way into an endpoint, with the query already checked.
struct EndpointRequest: Sendable {
  let request: ServerRequest
  let path: PathParameters
  let query: Query
}

extension Endpoint {
  /// The endpoint as a row of the route table: checks the query, answers, turns errors into problems, and notes which
  /// model was asked.
  ///
  /// - Parameter isOpen: whether it can be used without a key.
  func route(in context: APIContext, isOpen: Bool = false) -> Route {
    let access = isOpen && Self.access != .unlimited ? .open : Self.access
    return Route(Self.method, Self.path, name: Self.name, bodyLimit: bodyLimit, access: access) { request, path in
      let model = modelName(path, context.registry)
      var response: ServerResponse
      do {
        let query = try Query(request, accepted: Self.queryParameters)
        response = try await respond(to: EndpointRequest(request: request, path: path, query: query))
      } catch {
        if let model { context.metrics.failed(error, model: model) }
        response = problem(error, request, context)
      }
      response.notes["model"] = model
      return response
    }
  }

  private func problem(_ error: any Error, _ request: ServerRequest, _ context: APIContext) -> ServerResponse {
    var problem = Problem(error)
    problem.instance = request.path
    if problem.kind == .internalError {
      context.logger?.error("\(Self.name): \(error)", metadata: ["request_id": "\(request.identity.id)"])
    }
    return problem.response
  }
}
