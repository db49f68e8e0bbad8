import AccessControl
import HTTPCore
import HTTPServer
import HTTPTypes
import ModelServing

/// `POST /v1/models/{model}/embeddings`: each image as a point, for search and for tasks of one's own.
struct EmbeddingsEndpoint: Endpoint {
  static let name = "embeddings"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/models/{model}/embeddings"
  static let queryParameters = ClassificationRequest.embeddingOptionNames
  static let access = Access.scope(.infer)

  let context: APIContext
  var body: Route.Body { .whole(limit: context.maximumBodyBytes) }

  struct Checked: Sendable {
    let header: ClassificationHeader
    let form: EmbeddingForm
  }

  /// What cannot be taken, and overload, are cheapest to refuse before the body has come.
  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> Checked {
    // Whether there is such a model comes first.
    let model = try context.registry.model(named: path["model"])
    let header = try ClassificationHeader(head, longestTimeout: context.requestTimeout)
    let form = try EmbeddingForm(head)
    let refusal = try model.refusalOfEmbedding(within: header.timeout)
    // A model that was just replaced has a successor, to which the request goes.
    if let refusal, refusal != .closed { throw refusal }
    return Checked(header: header, form: form)
  }

  func respond(to request: CheckedRequest<Checked>) async throws -> ServerResponse {
    let answer = try await context.registry.withModel(named: request.path["model"]) { model in
      let parsed = try ClassificationRequest(
        request.request, request.checked.header, query: request.query,
        maximumImages: model.queue.configuration.capacity,
        optionNames: ClassificationRequest.embeddingOptionNames)
      let options = EmbeddingOptions(crop: parsed.options.crop, timeout: parsed.options.timeout)
      return try await model.embed(parsed.images, options: options, start: request.request.received)
    }
    return request.checked.form.response(answer)
  }
}

/// The forms in which embeddings are answered, chosen by the Accept field.
enum EmbeddingForm: CaseIterable, Sendable {
  case json
  /// The values alone, as little-endian float32, with the rest in the header.
  case float32

  /// - Throws: `RequestError.notAcceptable`.
  init(_ head: HTTPRequest) throws(RequestError) {
    let offers = Self.allCases.map(\.mediaType)
    guard let best = AcceptHeader(head.headerFields).best(of: offers) else {
      throw .notAcceptable(accepted: offers.map(\.description))
    }
    self = Self.allCases.first { $0.mediaType == best }!
  }

  var mediaType: MediaType {
    switch self {
    case .json: .json
    case .float32: .octetStream
    }
  }

  func response(_ answer: EmbeddingAnswer) -> ServerResponse {
    var response =
      switch self {
      case .json: ServerResponse.json(answer)
      case .float32:
        ServerResponse(status: .ok, fields: EmbeddingFields(answer).fields, body: answer.floatBytes)
      }
    response.fields[.vary] = "Accept"
    return response
  }
}

/// What the header says of embeddings whose body is nothing but values.
struct EmbeddingFields {
  static let names = ["X-Model", "X-Model-Version", "X-Embedding-Layer", "X-Embedding-Dimensions", "X-Embedding-Count"]

  let fields: HTTPFields

  init(_ answer: EmbeddingAnswer) {
    let values = [
      answer.model, answer.version, Self.visible(answer.layer), String(answer.dimensions),
      String(answer.embeddings.count),
    ]
    var fields: HTTPFields = [.contentType: MediaType.octetStream.description]
    for (name, value) in zip(Self.names, values) { fields[HTTPField.Name(name)!] = value }
    self.fields = fields
  }

  /// Visible ASCII as it is, all else coded as in a URL: names of layers are the network's maker's.
  private static func visible(_ name: String) -> String {
    name.utf8.map { byte in
      (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "%")
        ? String(UnicodeScalar(byte))
        : "%" + String(byte >> 4, radix: 16, uppercase: true)
          + String(byte & 15, radix: 16, uppercase: true)
    }.joined()
  }
}
