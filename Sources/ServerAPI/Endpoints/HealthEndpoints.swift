import AccessControl
import HTTPServer
import ModelServing

/// `GET /healthz`: the process is alive.
struct HealthEndpoint: Endpoint {
  static let name = "health"
  static let path: PathTemplate = "/healthz"
  static let access = Access.unlimited
  static let isQuick = true

  struct Response: Encodable {
    let status: String
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    .json(Response(status: "alive"))
  }
}

/// `GET /readyz`: every model is loaded and has answered a warm-up; 503 before. Names of models are not for strangers.
struct ReadinessEndpoint: Endpoint {
  static let name = "readiness"
  static let path: PathTemplate = "/readyz"
  static let access = Access.unlimited
  static let isQuick = true

  let context: APIContext

  struct Response: Encodable {
    let status: String
    let models: [String]?
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let names = try context.registry.models().map(\.name)
    return .json(Response(status: "ready", models: request.request.isFromStranger ? nil : names))
  }
}
