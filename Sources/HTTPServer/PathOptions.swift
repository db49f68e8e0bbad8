import HTTPTypes

/// The methods that a path has, and what a page of another origin may know of them.
public struct PathOptions: Sendable, Equatable {
  /// All of them, with HEAD for GET, and OPTIONS; sorted, without repetitions.
  public let allowed: [HTTPRequest.Method]
  /// Those that change the server's state: no preflight is granted for them.
  private let changing: Set<HTTPRequest.Method>

  /// - Parameter routes: those that fit the path; of several of one method, the first is taken.
  init(of routes: [Route]) {
    let taken = Dictionary(routes.map { ($0.method, $0) }, uniquingKeysWith: { first, _ in first })
    allowed = Self.withHead(Set(taken.keys)).union([.options]).sorted { $0.rawValue < $1.rawValue }
    changing = Self.withHead(Set(taken.values.filter(\.changesState).map(\.method)))
  }

  private static func withHead(_ methods: Set<HTTPRequest.Method>) -> Set<HTTPRequest.Method> {
    methods.contains(.get) ? methods.union([.head]) : methods
  }

  /// What a preflight may name.
  var openToPages: [HTTPRequest.Method] { allowed.filter { !changing.contains($0) } }

  /// Whether the request is a preflight (WHATWG Fetch, section 3.2.2) for a method that changes the server's state. It
  /// gets no CORS field at all: browsers go on with GET, HEAD and POST whatever methods are named.
  func isClosedPreflight(_ request: HTTPRequest) -> Bool {
    guard let method = request.headerFields[.accessControlRequestMethod] else { return false }
    return changing.contains { $0.rawValue == method }
  }
}
