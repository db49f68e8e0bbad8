import HTTPServer
import ModelServing

/// `GET /v1/architectures`: the networks that this server can build and explain.
struct ArchitecturesEndpoint: Endpoint {
  static let name = "listArchitectures"
  static let path: PathTemplate = "/v1/architectures"

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    .json(ArchitectureList())
  }
}
