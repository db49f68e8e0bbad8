import Architectures
import HTTPServer
import ModelServing
import NetworkAnalysis

/// `GET /v1/compare`: published networks and served models side by side.
struct CompareEndpoint: Endpoint {
  static let name = "compare"
  static let path: PathTemplate = "/v1/compare"
  static let queryParameters = ["architectures", "models", "plot", "format"]
  /// More would be no comparison any more.
  static let maximumNetworks = 64

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query, accepted: NetworkComparison.formats)
    let plot = try request.query.choice("plot", of: ComparisonPlot.self) ?? .operations
    let names = (
      architectures: try request.query.list("architectures"), models: try request.query.list("models")
    )
    guard names.architectures.count + names.models.count <= Self.maximumNetworks else {
      throw RequestError.unacceptedValue(
        name: "architectures", value: "\(names.architectures.count + names.models.count) networks",
        accepted: ["at most \(Self.maximumNetworks) networks"])
    }
    let isOpen = names.architectures.isEmpty && names.models.isEmpty
    let architectures =
      isOpen ? plot.usualArchitectures : try names.architectures.map { try Architecture.named($0) }
    let models = try isOpen ? usualModels(plot) : names.models.map { try context.registry.model(named: $0) }
    return try await comparison(architectures, models, plot, as: format, for: request)
  }

  /// What is compared where nothing is named.
  private func usualModels(_ plot: ComparisonPlot) throws -> [ServedModel] {
    plot == .operations ? [] : Array(try context.registry.models().prefix(Self.maximumNetworks))
  }

  private func comparison(
    _ architectures: [Architecture], _ models: [ServedModel], _ plot: ComparisonPlot, as format: AnalysisFormat,
    for request: EndpointRequest
  ) async throws -> ServerResponse {
    let speeds = plot == .operations ? [:] : try await speeds(of: models, for: request)
    let networks = architectures.map { AnalysedNetwork($0) } + models.map { AnalysedNetwork($0) }
    let question = AnalysisQuestion(
      operation: Self.name, networks: networks, details: [plot.rawValue], format: format)
    return try context.analyses.response(to: request.request, question) {
      NetworkComparison(
        try architectures.map { architecture in
          try context.analyses.row(of: AnalysedNetwork(architecture)) { try ComparedNetwork(architecture) }
        }
          + models.map { model in
            var row = try context.analyses.row(of: AnalysedNetwork(model)) { try ComparedNetwork(model) }
            row.imagesPerSecond = speeds[model.name]
            return row
          }, plot: plot)
    }
  }

  /// Images in a second, by the models' names.
  private func speeds(of models: [ServedModel], for request: EndpointRequest) async throws -> [String: Double] {
    let deadline = request.request.received + context.requestTimeout
    var speeds: [String: Double] = [:]
    for model in models {
      speeds[model.name] = try await context.timer.times(of: model, deadline: deadline).imagesPerSecond
    }
    return speeds
  }
}

extension ComparisonPlot {
  /// What is compared where nothing is named.
  fileprivate var usualArchitectures: [Architecture] {
    self == .operations ? Architecture.all.filter { !$0.published.isEmpty } : []
  }
}
