import AccessControl
import HTTPServer
import HTTPTypes

/// `GET /openapi.yaml`: this API's description, compiled into the program.
struct OpenAPIEndpoint: Endpoint {
  static let name = "openapi"
  static let path: PathTemplate = "/openapi.yaml"
  static let access = Access.open

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    // The media type of RFC 9512.
    ServerResponse(status: .ok, fields: [.contentType: "application/yaml"], body: PackageResources.openapi_yaml)
  }
}
