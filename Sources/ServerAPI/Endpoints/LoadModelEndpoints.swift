import AccessControl
import HTTPServer
import HTTPTypes
import ModelServing

/// `POST /v1/models/{model}/load`: has the model answer, in the highest version that can be loaded or in the one asked for.
struct LoadModelEndpoint: Endpoint {
  static let name = "loadModel"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/models/{model}/load"
  static let queryParameters = ["version"]
  static let access = Access.scope(.admin)
  static let changesState = true

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try EmptyBody.require(request.request)
    let version = try request.query.integer("version", in: ModelRepository.acceptedVersions)
    return .json(ModelChange(try await context.registry.load(request.path["model"], version: version)))
  }
}

/// `POST /v1/models/{model}/unload`: has the model answer no more, and gives its memory back.
struct UnloadModelEndpoint: Endpoint {
  static let name = "unloadModel"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/models/{model}/unload"
  static let access = Access.scope(.admin)
  static let changesState = true

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try EmptyBody.require(request.request)
    return .json(ModelChange(try await context.registry.unload(request.path["model"])))
  }
}

/// What a model is after it was loaded or unloaded.
private struct ModelChange: Encodable {
  let name: String
  let version: String?
  let state: ModelState

  init(_ entry: ModelEntry) {
    name = entry.name
    version = entry.version
    state = entry.state
  }
}
