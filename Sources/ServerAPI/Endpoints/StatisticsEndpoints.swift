import HTTPServer
import NetworkAnalysis

/// `GET /v1/models/{model}/stats`: where the parameters, the arithmetic and the memory of the network that runs are.
struct ModelStatisticsEndpoint: Endpoint {
  static let name = "getModelStatistics"
  static let path: PathTemplate = "/v1/models/{model}/stats"
  static let queryParameters = ["batch", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try request.analyseModel(Self.name, context) { try NetworkStatistics(of: $0, input: $1) }
  }
}

/// `GET /v1/architectures/{architecture}/stats`: the same of a published network, for any input size.
struct ArchitectureStatisticsEndpoint: Endpoint {
  static let name = "getArchitectureStatistics"
  static let path: PathTemplate = "/v1/architectures/{architecture}/stats"
  static let queryParameters = ["input", "num_classes", "batch", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try request.analyseArchitecture(Self.name, context) { try NetworkStatistics(of: $0, input: $1) }
  }
}
