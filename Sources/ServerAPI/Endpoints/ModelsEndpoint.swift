import HTTPServer
import ModelServing

/// `GET /v1/models`: the models that this server can classify with.
struct ModelsEndpoint: Endpoint {
  static let name = "listModels"
  static let path: PathTemplate = "/v1/models"

  let context: APIContext

  struct Response: Encodable {
    let models: [Entry]
  }

  struct Entry: Encodable {
    let name: String
    let version: String
    let architecture: String
    /// Whether `/v1/classify` uses it.
    let isDefault: Bool
    let inputShape: [Int]
    let numClasses: Int

    enum CodingKeys: String, CodingKey {
      case name, version, architecture
      case isDefault = "default"
      case inputShape = "input_shape"
      case numClasses = "num_classes"
    }
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let defaultName = context.registry.defaultName
    let models = try context.registry.models().map { model in
      Entry(
        name: model.name, version: model.version, architecture: model.manifest.architecture,
        isDefault: model.name == defaultName, inputShape: model.manifest.inputShape,
        numClasses: model.manifest.numClasses)
    }
    return .json(Response(models: models))
  }
}
