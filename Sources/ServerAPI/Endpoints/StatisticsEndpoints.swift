import HTTPServer
import ModelServing
import NetworkAnalysis

/// `GET /v1/models/{model}/stats`: where the parameters, the arithmetic and the memory of the network that runs are.
struct ModelStatisticsEndpoint: Endpoint {
  static let name = "getModelStatistics"
  static let path: PathTemplate = "/v1/models/{model}/stats"
  static let queryParameters = ["batch", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query)
    let network = try context.registry.model(named: request.path["model"]).network
    return .report(try NetworkStatistics(of: network, input: try request.input(of: network)), as: format)
  }
}

/// `GET /v1/architectures/{architecture}/stats`: the same of a published network, for any input size.
struct ArchitectureStatisticsEndpoint: Endpoint {
  static let name = "getArchitectureStatistics"
  static let path: PathTemplate = "/v1/architectures/{architecture}/stats"
  static let queryParameters = ["input", "num_classes", "batch", "format"]

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query)
    let network = try request.architectureNetwork()
    return .report(try NetworkStatistics(of: network, input: try request.input(of: network)), as: format)
  }
}
