import HTTPServer
import NetworkAnalysis

/// `GET /v1/models/{model}/summary`: every layer of the network that runs.
struct ModelSummaryEndpoint: Endpoint {
  static let name = "getModelSummary"
  static let path: PathTemplate = "/v1/models/{model}/summary"
  static let queryParameters = ["batch", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try request.analyseModel(Self.name, context) { try NetworkSummary(of: $0, input: $1) }
  }
}

/// `GET /v1/architectures/{architecture}/summary`: every layer of a published network, for any input size.
struct ArchitectureSummaryEndpoint: Endpoint {
  static let name = "getArchitectureSummary"
  static let path: PathTemplate = "/v1/architectures/{architecture}/summary"
  static let queryParameters = ["input", "num_classes", "batch", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try request.analyseArchitecture(Self.name, context) { try NetworkSummary(of: $0, input: $1) }
  }
}
