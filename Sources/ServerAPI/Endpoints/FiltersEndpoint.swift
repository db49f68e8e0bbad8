import Drawings
import Explanations
import HTTPServer

/// `GET /v1/models/{model}/filters`: the kernels of a convolution.
struct FiltersEndpoint: Endpoint {
  static let name = "getFilters"
  static let path: PathTemplate = "/v1/models/{model}/filters"
  static let queryParameters = ["layer", "from", "count", "format"]
  static let acceptedCounts = 1...4096

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let query = request.query
    let format = try AnalysisFormat(request.request, query, accepted: [.json, .svg, .png])
    let first = try query.integer("from", in: 0...1_000_000) ?? 0
    let count = try query.integer("count", in: Self.acceptedCounts) ?? 64
    let filters = try await context.inspecting(request.path["model"]) {
      try await $0.filters(
        layer: query["layer"], from: first, count: count, timeout: context.requestTimeout,
        start: request.request.received)
    }
    switch format {
    case .svg: return .answer(in: format, Array(filters.drawing.text.utf8))
    case .png: return .answer(in: format, filters.sheet.png)
    case .json, .text, .markdown, .csv: return .answer(in: format, encodedJSON(filters))
    }
  }
}
