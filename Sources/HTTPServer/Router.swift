import HTTPCore
import HTTPTypes

/// A table of routes, and the rules that follow from it: HEAD for every GET, OPTIONS, 404 and 405.
public struct Router: Sendable {
  /// What becomes of a request.
  public enum Resolution: Sendable {
    case route(Route, PathParameters)
    /// OPTIONS for a path (or `*`) that no route answers itself: 204 with Allow.
    case options(PathOptions)
    case failure(RoutingFailure)
  }

  /// The table, in the order in which it was given.
  public let routes: [Route]
  /// The same, by number of segments, literals before parameters.
  private let candidates: [Int: [Route]]

  /// Methods that are understood, if only to say that a path does not have them: `definedMethods` and
  /// those of the table.
  private let knownMethods: Set<HTTPRequest.Method>

  /// What HTTP defines: RFC 9110 section 9, PATCH (RFC 5789), and QUERY, a GET with a body.
  public static let definedMethods: Set<HTTPRequest.Method> = [
    .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch, HTTPRequest.Method("QUERY")!,
  ]

  /// Takes the table; two routes of one method and pattern are a mistake and stop the program.
  public init(_ routes: [Route]) {
    for (index, route) in routes.enumerated() {
      let rival = routes[..<index].first { $0.method == route.method && $0.template.isSamePattern(as: route.template) }
      precondition(rival == nil, "two routes for \(route.method) \(route.template)")
    }
    self.routes = routes
    knownMethods = Self.definedMethods.union(routes.map(\.method))
    candidates = Dictionary(grouping: routes) { $0.template.segments.count }
      .mapValues { $0.sorted { $0.template.precedes($1.template) } }
  }

  /// Finds the route of a request. Where several templates fit, the one with the earlier literal wins.
  public func resolve(method: HTTPRequest.Method, target: RequestTarget) -> Resolution {
    guard knownMethods.contains(method) else { return .failure(.methodNotImplemented(method)) }
    switch target.form {
    case .asterisk: return .options(PathOptions(of: routes))
    case .authority:
      return .failure(.methodNotAllowed(method: method, path: target.received, allowed: []))
    case .origin, .absolute: return resolve(method: method, segments: target.segments, path: target.path)
    }
  }

  private func resolve(method: HTTPRequest.Method, segments: [String], path: String) -> Resolution {
    var matches: [(route: Route, parameters: PathParameters)] = []
    for route in candidates[segments.count] ?? [] {
      if let parameters = route.template.match(segments) { matches.append((route, parameters)) }
    }
    if matches.isEmpty { return .failure(.notFound(path: path)) }
    let wanted: [HTTPRequest.Method] = method == .head ? [.head, .get] : [method]
    for method in wanted {
      if let match = matches.first(where: { $0.route.method == method }) {
        return .route(match.route, match.parameters)
      }
    }
    let options = PathOptions(of: matches.map(\.route))
    if method == .options { return .options(options) }
    return .failure(.methodNotAllowed(method: method, path: path, allowed: options.allowed))
  }

  /// The value of Allow (RFC 9110 section 10.2.1).
  static func allowValue(_ methods: [HTTPRequest.Method]) -> String {
    methods.map(\.rawValue).joined(separator: ", ")
  }
}
