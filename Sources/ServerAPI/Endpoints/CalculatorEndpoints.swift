import HTTPServer
import NetworkAnalysis

/// `GET /v1/convolution`: what a convolution makes of an input, with the formulas filled in.
struct ConvolutionEndpoint: Endpoint {
  static let name = "convolution"
  static let path: PathTemplate = "/v1/convolution"
  static let queryParameters = Query.convolutionParameters

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let setting = try request.query.convolution()
    return try request.calculate(Self.name, setting, context)
  }
}

/// `GET /v1/pooling`: what a pooling makes of an input, with the formula filled in.
struct PoolingEndpoint: Endpoint {
  static let name = "pooling"
  static let path: PathTemplate = "/v1/pooling"
  static let queryParameters = Query.poolingParameters

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let setting = try request.query.pooling()
    return try request.calculate(Self.name, setting, context)
  }
}

/// `GET /v1/convolution/comparisons`: pairs of settings that show what a choice costs and saves.
struct ConvolutionComparisonsEndpoint: Endpoint {
  static let name = "convolutionComparisons"
  static let path: PathTemplate = "/v1/convolution/comparisons"

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    .json(try SettingComparison.all())
  }
}

extension EndpointRequest {
  fileprivate func calculate(
    _ operation: String, _ setting: CalculatorSetting, _ context: APIContext
  ) throws -> ServerResponse {
    let format = try AnalysisFormat(request, query, accepted: CalculatorResult.formats)
    let question = AnalysisQuestion(operation: operation, networks: [], details: [setting.query], format: format)
    return try context.analyses.response(to: request, question) { try setting.result() }
  }
}
