import AccessControl
import HTTPServer
import HTTPTypes

/// `GET /v1`: which operations this address has, and which of them the client may use. The page shows what is there.
struct OperationsEndpoint: Endpoint {
  static let name = "listOperations"
  static let path: PathTemplate = "/v1"
  static let access = Access.open

  let context: APIContext
  let part: API.Part
  let openOperations: Set<String>

  struct Response: Encodable {
    /// Whether anything is kept from those who show no key.
    let asksForKeys: Bool
    let operations: [Operation]

    enum CodingKeys: String, CodingKey {
      case operations
      case asksForKeys = "asks_for_keys"
    }
  }

  struct Operation: Encodable {
    let name: String
    let method: String
    let path: String
    let allowed: Bool
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let permissions = request.request.permissions
    let endpoints = API.endpoints(context, part, openOperations).map { type(of: $0) }.filter(isThere)
    let operations = endpoints.map { endpoint in
      Operation(
        name: endpoint.name, method: endpoint.method.rawValue, path: endpoint.path.description,
        allowed: permissions.allow(access(of: endpoint), changesState: endpoint.changesState))
    }
    return .json(Response(asksForKeys: permissions.asksForKeys, operations: operations))
  }

  /// Learning is there only where the server keeps datasets and jobs.
  private func isThere(_ endpoint: any Endpoint.Type) -> Bool {
    part.contains(endpoint.access) && (endpoint.access != .scope(.train) || context.jobs != nil)
  }

  private func access(of endpoint: any Endpoint.Type) -> Access {
    openOperations.contains(endpoint.name) && endpoint.access != .unlimited ? .open : endpoint.access
  }
}
