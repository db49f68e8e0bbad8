import Architectures
import HTTPServer
import ModelServing
import NetworkAnalysis
import NetworkGraph

/// `GET /v1/models/{model}/graph`: the network that runs as a graph, folded into blocks or layer by layer.
struct ModelGraphEndpoint: Endpoint {
  static let name = "getModelGraph"
  static let path: PathTemplate = "/v1/models/{model}/graph"
  static let queryParameters = ["fold", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let fold = try request.fold
    let title = try context.registry.model(named: request.path["model"]).title
    return try request.analyseModel(Self.name, context, details: [fold.rawValue]) { network, input in
      NetworkDiagram(try FoldedNetwork(of: network, fold: fold, input: input), title: title)
    }
  }
}

/// `GET /v1/architectures/{architecture}/graph`: the same of a published network, for any input size.
struct ArchitectureGraphEndpoint: Endpoint {
  static let name = "getArchitectureGraph"
  static let path: PathTemplate = "/v1/architectures/{architecture}/graph"
  static let queryParameters = ["input", "num_classes", "fold", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let fold = try request.fold
    let title = try Architecture.named(request.path["architecture"]).title
    return try request.analyseArchitecture(Self.name, context, details: [fold.rawValue]) { network, input in
      NetworkDiagram(try FoldedNetwork(of: network, fold: fold, input: input), title: title)
    }
  }
}

extension EndpointRequest {
  /// How much is drawn as one; blocks where nothing is asked for.
  fileprivate var fold: Fold {
    get throws(RequestError) { try query.choice("fold") ?? .blocks }
  }
}
