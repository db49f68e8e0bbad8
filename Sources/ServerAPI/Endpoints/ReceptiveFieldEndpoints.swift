import AccessControl
import Architectures
import Drawings
import Explanations
import HTTPServer
import HTTPTypes
import ModelServing
import NetworkGraph

/// `GET /v1/models/{model}/receptive-field`: what a unit of a layer sees of the input.
struct ModelReceptiveFieldEndpoint: Endpoint {
  static let name = "getModelReceptiveField"
  static let path: PathTemplate = "/v1/models/{model}/receptive-field"
  static let queryParameters = ["layer", "row", "column", "effective", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query, accepted: [.json, .svg])
    let options = try FieldOptions(request.query)
    let answer = try await context.inspecting(request.path["model"]) {
      try await $0.field(options, timeout: context.requestTimeout, start: request.request.received)
    }
    return .answer(in: format, format == .svg ? Array(answer.drawing.text.utf8) : encodedJSON(answer))
  }
}

/// `POST /v1/models/{model}/receptive-field`: the same of a photo, in the photo's own pixels.
struct PhotoReceptiveFieldEndpoint: Endpoint {
  static let name = "showReceptiveField"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/models/{model}/receptive-field"
  static let queryParameters = ModelReceptiveFieldEndpoint.queryParameters + InspectedPicture.optionNames
  static let access = Access.scope(.infer)

  let context: APIContext
  var body: Route.Body { .whole(limit: context.maximumBodyBytes) }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> ClassificationHeader {
    try InspectedPicture.check(head, path, context)
  }

  func respond(to request: CheckedRequest<ClassificationHeader>) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query, accepted: [.json, .png])
    let options = try FieldOptions(request.query)
    let picture = try InspectedPicture(request)
    let body = try await context.inspecting(request.path["model"]) { inspector in
      let answer = try await inspector.field(
        picture.image, options, picture.options, start: request.request.received)
      guard format == .png else { return encodedJSON(answer) }
      let photo = try await inspector.model.picture(picture.image, needed: FieldAnswer.shownSize)
      return answer.overlay(on: photo).png
    }
    return .answer(in: format, body)
  }
}

/// `GET /v1/architectures/{architecture}/receptive-field`: what a unit sees in a published network, for any input size.
struct ArchitectureReceptiveFieldEndpoint: Endpoint {
  static let name = "getArchitectureReceptiveField"
  static let path: PathTemplate = "/v1/architectures/{architecture}/receptive-field"
  static let queryParameters = ["layer", "row", "column", "input", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query, accepted: [.json, .svg])
    let architecture = try Architecture.named(request.path["architecture"])
    let network = try architecture.network(inputShape: try request.query.shape("input"), numClasses: nil)
    let options = try FieldOptions(request.query)
    let unit = try UnitField(in: network, layer: options.layer, row: options.row, column: options.column)
    let answer = FieldAnswer(unit)
    return .answer(in: format, format == .svg ? Array(answer.drawing.text.utf8) : encodedJSON(answer))
  }
}

extension FieldOptions {
  /// - Throws: `RequestError`.
  fileprivate init(_ query: Query) throws(RequestError) {
    let places = 0...TensorShape.maximumExtent
    self.init(
      layer: query["layer"], row: try query.integer("row", in: places), column: try query.integer("column", in: places),
      isEffective: try query.choice("effective", of: Truth.self) == .true)
  }

  private enum Truth: String, CaseIterable {
    case `true`, `false`
  }
}
