import Architectures
import HTTPServer
import ModelServing
import NetworkAnalysis

/// `GET /v1/compare`: published networks and served models side by side.
struct CompareEndpoint: Endpoint {
  static let name = "compare"
  static let path: PathTemplate = "/v1/compare"
  static let queryParameters = ["architectures", "models", "format"]
  /// More would be no comparison any more.
  static let maximumNetworks = 64

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query)
    let architectures = try request.query.list("architectures")
    let models = try request.query.list("models")
    guard !(architectures + models).isEmpty else {
      throw RequestError.missingParameter(name: "architectures", example: "architectures=alexnet,vgg16,resnet50")
    }
    guard architectures.count + models.count <= Self.maximumNetworks else {
      throw RequestError.unacceptedValue(
        name: "architectures", value: "\(architectures.count + models.count) networks",
        accepted: ["at most \(Self.maximumNetworks) networks"])
    }
    let rows = try architectures.map(row(architecture:)) + models.map(row(model:))
    return .report(NetworkComparison(rows), as: format)
  }

  private func row(architecture name: String) throws -> ComparedNetwork {
    try ComparedNetwork(Architecture.named(name))
  }

  private func row(model name: String) throws -> ComparedNetwork {
    let model = try context.registry.model(named: name)
    return try ComparedNetwork(model.network, name: name, title: model.title)
  }
}
