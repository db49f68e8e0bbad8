import HTTPServer
import ModelServing

/// `GET /v1/models`: every model of this server, and whether it answers.
struct ModelsEndpoint: Endpoint {
  static let name = "listModels"
  static let path: PathTemplate = "/v1/models"

  let context: APIContext

  struct Response: Encodable {
    let models: [Entry]
  }

  /// What is known of a network is known while it answers.
  struct Entry: Encodable {
    let name: String
    let version: String?
    let state: ModelState
    let reason: String?
    /// Whether it is the version that somebody asked for.
    let isPinned: Bool
    let architecture: String?
    /// Whether `/v1/classify` uses it.
    let isDefault: Bool
    let inputShape: [Int]?
    let numClasses: Int?

    enum CodingKeys: String, CodingKey {
      case name, version, state, reason, architecture
      case isPinned = "pinned"
      case isDefault = "default"
      case inputShape = "input_shape"
      case numClasses = "num_classes"
    }
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    .json(Response(models: try context.registry.entries().map(Entry.init)))
  }
}

extension ModelsEndpoint.Entry {
  init(_ entry: ModelEntry) {
    self.init(
      name: entry.name, version: entry.version, state: entry.state, reason: entry.reason, isPinned: entry.isPinned,
      architecture: entry.model?.provenance.publication?.architecture, isDefault: entry.isDefault,
      inputShape: entry.model?.inputShape, numClasses: entry.model?.labels.count)
  }
}
