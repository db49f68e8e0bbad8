import AccessControl
import Explanations
import HTTPServer
import HTTPTypes

/// `POST /v1/models/{model}/activations`: what a layer made of a picture.
struct ActivationsEndpoint: Endpoint {
  static let name = "activations"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/models/{model}/activations"
  static let queryParameters = ["layer", "top", "format"] + InspectedPicture.optionNames
  static let access = Access.scope(.infer)
  static let acceptedTops = 1...4096

  let context: APIContext
  var body: Route.Body { .whole(limit: context.maximumBodyBytes) }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> ClassificationHeader {
    try InspectedPicture.check(head, path, context)
  }

  func respond(to request: CheckedRequest<ClassificationHeader>) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query, accepted: [.json, .png])
    let top = try request.query.integer("top", in: Self.acceptedTops) ?? 16
    let picture = try InspectedPicture(request)
    let activations = try await context.inspecting(request.path["model"]) {
      try await $0.activations(
        picture.image, layer: request.query["layer"], top: top, picture.options, start: request.request.received)
    }
    return .answer(in: format, format == .png ? activations.sheet.png : encodedJSON(activations))
  }
}
