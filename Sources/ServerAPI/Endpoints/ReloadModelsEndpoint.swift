import AccessControl
import HTTPServer
import HTTPTypes
import ModelServing

/// `POST /v1/models/reload`: makes what the repository holds now be served, and answers when that is done.
struct ReloadModelsEndpoint: Endpoint {
  static let name = "reloadModels"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/models/reload"
  static let access = Access.scope(.admin)
  static let changesState = true

  let context: APIContext

  struct Response: Encodable {
    let loaded: [ModelVersion]
    let unloaded: [ModelVersion]
    let failed: [FailedVersion]
    /// As `GET /v1/models` lists them.
    let models: [ModelsEndpoint.Entry]
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try EmptyBody.require(request.request)
    let report = try await context.registry.reload()
    let models = try context.registry.entries().map(ModelsEndpoint.Entry.init)
    return .json(
      Response(loaded: report.loaded, unloaded: report.unloaded, failed: report.failed, models: models))
  }
}
