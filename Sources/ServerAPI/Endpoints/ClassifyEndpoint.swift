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
  var bodyLimit: Int { context.maximumBodyBytes }

  func modelName(_ path: PathParameters, _ registry: ModelRegistry) -> String? { registry.knownName(nil) }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws {
    try requireUsable(head, model: nil, context)
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
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
  var bodyLimit: Int { context.maximumBodyBytes }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws {
    try requireUsable(head, model: path["model"], context)
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try await classify(request, model: request.path["model"], context)
  }
}

/// What cannot be taken, and overload, are cheapest to refuse before the body has come.
private func requireUsable(_ head: HTTPRequest, model name: String?, _ context: APIContext) throws {
  // Whether there is such a model comes first, as it does in the answer.
  _ = try context.registry.model(named: name)
  try ClassificationRequest.acceptedType(of: head)
  let timeout = try ClassificationRequest.timeout(of: head, longest: context.requestTimeout)
  if let refusal = try context.registry.refusal(named: name, within: timeout) { throw refusal }
}

private func classify(
  _ request: EndpointRequest, model name: String?, _ context: APIContext
) async throws -> ServerResponse {
  let answer = try await context.registry.withModel(named: name) { model in
    let classification = try ClassificationRequest(
      request.request, query: request.query, maximumImages: model.queue.configuration.capacity,
      longestTimeout: context.requestTimeout)
    return try await model.classify(
      classification.images, options: classification.options, start: request.request.received)
  }
  context.metrics.classified(answer)
  return .json(answer)
}
