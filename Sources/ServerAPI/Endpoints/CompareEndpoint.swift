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
    return try comparison(
      try architectures.map { try Architecture.named($0) }, try models.map { try context.registry.model(named: $0) },
      as: format, for: request)
  }

  private func comparison(
    _ architectures: [Architecture], _ models: [ServedModel], as format: AnalysisFormat, for request: EndpointRequest
  ) throws -> ServerResponse {
    let networks = architectures.map { AnalysedNetwork($0) } + models.map { AnalysedNetwork($0) }
    let question = AnalysisQuestion(operation: Self.name, networks: networks, batch: 1, format: format)
    return try context.analyses.response(to: request.request, question) {
      NetworkComparison(
        try architectures.map { architecture in
          try context.analyses.row(of: AnalysedNetwork(architecture)) { try ComparedNetwork(architecture) }
        }
          + models.map { model in
            try context.analyses.row(of: AnalysedNetwork(model)) {
              try ComparedNetwork(model.network, name: model.name, title: model.title)
            }
          })
    }
  }
}
