import AccessControl
import Explanations
import HTTPServer
import HTTPTypes

/// `POST /v1/models/{model}/input`: what the network saw of a picture.
struct InputEndpoint: Endpoint {
  static let name = "showInput"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/models/{model}/input"
  static let queryParameters = ["format"] + InspectedPicture.optionNames
  static let access = Access.scope(.infer)

  let context: APIContext
  var body: Route.Body { .whole(limit: context.maximumBodyBytes) }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> ClassificationHeader {
    try InspectedPicture.check(head, path, context)
  }

  func respond(to request: CheckedRequest<ClassificationHeader>) async throws -> ServerResponse {
    let format = try AnalysisFormat(request.request, request.query, accepted: [.json, .png])
    let picture = try InspectedPicture(request)
    let input = try await context.inspecting(request.path["model"]) {
      try await $0.input(picture.image, picture.options, start: request.request.received)
    }
    return .answer(in: format, format == .png ? input.seen.raster.png : encodedJSON(input))
  }
}
