import Architectures
import HTTPServer
import ModelServing
import NetworkAnalysis
import NetworkGraph

/// `GET /v1/models/{model}/summary`: every layer of the network that runs.
struct ModelSummaryEndpoint: Endpoint {
  static let name = "getModelSummary"
  static let path: PathTemplate = "/v1/models/{model}/summary"
  static let queryParameters = ["batch", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query)
    let network = try context.registry.model(named: request.path["model"]).network
    return .report(try NetworkSummary(of: network, input: try request.input(of: network)), as: format)
  }
}

/// `GET /v1/architectures/{architecture}/summary`: every layer of a published network, for any input size.
struct ArchitectureSummaryEndpoint: Endpoint {
  static let name = "getArchitectureSummary"
  static let path: PathTemplate = "/v1/architectures/{architecture}/summary"
  static let queryParameters = ["input", "num_classes", "batch", "format"]

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query)
    let network = try request.architectureNetwork()
    return .report(try NetworkSummary(of: network, input: try request.input(of: network)), as: format)
  }
}

extension EndpointRequest {
  /// Samples that counts can be asked for.
  static let acceptedBatches = 1...1024

  /// The architecture of the path, built for the input and the classes of the query.
  func architectureNetwork() throws -> Network {
    try Architecture.named(path["architecture"]).network(
      inputShape: try query.shape("input"),
      numClasses: try query.integer("num_classes", in: Architecture.acceptedClasses))
  }

  /// The network's input with the query's batch.
  func input(of network: Network) throws -> TensorShape {
    let batch = try query.integer("batch", in: Self.acceptedBatches) ?? 1
    return TensorShape(batch: batch, network.inputShape.dimensions)
  }
}
