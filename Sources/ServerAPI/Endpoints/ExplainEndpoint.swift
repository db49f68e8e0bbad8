import AccessControl
import Explanations
import HTTPServer
import HTTPTypes

/// `POST /v1/models/{model}/explain`: which parts of a picture speak for a class.
struct ExplainEndpoint: Endpoint {
  static let name = "explain"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/models/{model}/explain"
  static let queryParameters = ["method", "class", "layer", "patch", "stride", "format"] + InspectedPicture.optionNames
  static let access = Access.scope(.infer)
  /// What is accepted is what the model's input has; this is what a number may be.
  private static let extents = 1...1_000_000

  let context: APIContext
  var body: Route.Body { .whole(limit: context.maximumBodyBytes) }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> ClassificationHeader {
    try InspectedPicture.check(head, path, context)
  }

  func respond(to request: CheckedRequest<ClassificationHeader>) async throws -> ServerResponse {
    let query = request.query
    let format = try AnalysisFormat(request.request, query, accepted: [.json, .png])
    let picture = try InspectedPicture(request)
    let options = ExplanationOptions(
      method: try query.choice("method") ?? .gradCAM, class: query["class"].map { WantedClass($0) } ?? .best,
      layer: query["layer"], patch: try query.integer("patch", in: Self.extents),
      stride: try query.integer("stride", in: Self.extents), common: picture.options)
    let explanation = try await context.inspecting(request.path["model"]) {
      try await $0.explain(picture.image, options, start: request.request.received)
    }
    return .answer(in: format, format == .png ? explanation.overlay.png : encodedJSON(explanation))
  }
}
