import Architectures
import HTTPServer

/// `GET /v1/architectures`: the networks that this server can build and explain.
struct ArchitecturesEndpoint: Endpoint {
  static let name = "listArchitectures"
  static let path: PathTemplate = "/v1/architectures"

  struct Response: Encodable {
    let architectures: [Entry]
  }

  struct Entry: Encodable {
    let name: String
    let title: String
    let paper: String
    let notes: String
    let inputShape: [Int]
    let numClasses: Int
    /// Whether `convserve pull` knows an official weight file.
    let isPullable: Bool
    let published: [PublishedAccuracy]

    enum CodingKeys: String, CodingKey {
      case name, title, paper, notes, published
      case inputShape = "input_shape"
      case numClasses = "num_classes"
      case isPullable = "pretrained"
    }
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let entries = Architecture.all.map { architecture in
      Entry(
        name: architecture.name, title: architecture.title, paper: architecture.paper, notes: architecture.notes,
        inputShape: architecture.inputShape, numClasses: architecture.defaultClasses,
        isPullable: architecture.pretrained != nil, published: architecture.published)
    }
    return .json(Response(architectures: entries))
  }
}
