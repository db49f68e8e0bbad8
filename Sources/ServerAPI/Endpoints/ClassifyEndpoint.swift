import AccessControl
import HTTPServer
import HTTPTypes
import ModelServing

/// `POST /v1/classify`: the best classes of each image, by the default model.
struct ClassifyEndpoint: Endpoint {
  static let name = "classify"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/classify"
  static let queryParameters = ClassificationRequest.optionNames
  static let access = Access.scope(.infer)

  let context: APIContext
  var body: Route.Body { .whole(limit: context.maximumBodyBytes) }

  func modelName(_ path: PathParameters, _ registry: ModelRegistry) -> String? { registry.knownName(nil) }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> ClassificationHeader {
    try acceptable(head, model: nil, context)
  }

  func respond(to request: CheckedRequest<ClassificationHeader>) async throws -> ServerResponse {
    try await classify(request, model: nil, context)
  }
}

/// `POST /v1/models/{model}/classify`: the same by a model of the client's choice.
struct ClassifyWithModelEndpoint: Endpoint {
  static let name = "classifyWithModel"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/models/{model}/classify"
  static let queryParameters = ClassificationRequest.optionNames
  static let access = Access.scope(.infer)

  let context: APIContext
  var body: Route.Body { .whole(limit: context.maximumBodyBytes) }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> ClassificationHeader {
    try acceptable(head, model: path["model"], context)
  }

  func respond(to request: CheckedRequest<ClassificationHeader>) async throws -> ServerResponse {
    try await classify(request, model: request.path["model"], context)
  }
}

/// The header of a request that can be taken now. What cannot be taken, and overload, are cheapest to refuse before the body
/// has come.
///
/// Whether the model takes more is only an outlook: `BatchQueue` decides once it knows how many images there are.
private func acceptable(
  _ head: HTTPRequest, model name: String?, _ context: APIContext
) throws -> ClassificationHeader {
  // Whether there is such a model comes first.
  let model = try context.registry.model(named: name)
  let header = try ClassificationHeader(head, longestTimeout: context.requestTimeout)
  if let refusal = try context.registry.refusal(of: model, named: name, within: header.timeout) { throw refusal }
  return header
}

private func classify(
  _ request: CheckedRequest<ClassificationHeader>, model name: String?, _ context: APIContext
) async throws -> ServerResponse {
  let answer = try await context.registry.withModel(named: name) { model in
    let classification = try ClassificationRequest(
      request.request, request.checked, query: request.query, maximumImages: model.queue.configuration.capacity)
    return try await model.classify(
      classification.images, options: classification.options, start: request.request.received)
  }
  context.metrics.classified(answer)
  return .json(answer)
}
