import AccessControl
import HTTPServer
import HTTPTypes
import Logging

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

  /// Throws what makes a request useless, as far as its header tells: its body is then not read.
  func check(_ head: HTTPRequest, _ path: PathParameters) throws

  func respond(to request: EndpointRequest) async throws -> ServerResponse
}

extension Endpoint {
  static var method: HTTPRequest.Method { .get }
  static var queryParameters: [String] { [] }
  static var access: Access { .scope(.inspect) }
  /// Nothing that asks needs a body; a little is tolerated and ignored.
  var bodyLimit: Int { 64 << 10 }

  func check(_ head: HTTPRequest, _ path: PathParameters) {}
}

/// A request on its way into an endpoint, with the query already checked.
struct EndpointRequest: Sendable {
  let request: ServerRequest
  let path: PathParameters
  let query: Query
}

extension Endpoint {
  /// The endpoint as a row of the route table: checks the query, answers, and turns errors into problems.
  ///
  /// - Parameter isOpen: whether it can be used without a key.
  func route(logging context: APIContext, isOpen: Bool = false) -> Route {
    let access = isOpen && Self.access != .unlimited ? .open : Self.access
    return Route(
      Self.method, Self.path, name: Self.name, bodyLimit: bodyLimit, access: access,
      headCheck: { head, path in
        do {
          try check(head, path)
          return nil
        } catch {
          return problem(error, at: head.path.map { String($0.prefix { $0 != "?" }) }, context).response
        }
      },
      handler: { request, path in
        do {
          let query = try Query(request, accepted: Self.queryParameters)
          return try await respond(to: EndpointRequest(request: request, path: path, query: query))
        } catch {
          return problem(error, at: request.path, context).response
        }
      })
  }

  private func problem(_ error: any Error, at path: String?, _ context: APIContext) -> Problem {
    var problem = Problem(error)
    problem.instance = path
    if problem.kind == .internalError { context.logger?.error("\(Self.name): \(error)") }
    return problem
  }
}
