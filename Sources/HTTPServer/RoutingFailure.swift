import HTTPTypes

/// Why no route takes a request.
public enum RoutingFailure: Error, Sendable, Equatable, CustomStringConvertible {
  case notFound(path: String)
  case methodNotAllowed(method: HTTPRequest.Method, path: String, allowed: [HTTPRequest.Method])
  /// A method that no route has and that HTTP does not define either.
  case methodNotImplemented(HTTPRequest.Method)

  public var status: HTTPResponse.Status {
    switch self {
    case .notFound: .notFound
    case .methodNotAllowed: .methodNotAllowed
    case .methodNotImplemented: .notImplemented
    }
  }

  public var description: String {
    switch self {
    case .notFound(let path): "There is nothing at \(path)."
    case .methodNotAllowed(let method, let path, let allowed):
      "\(method) is not possible at \(path); "
        + (allowed.isEmpty ? "no method is." : "possible: \(Router.allowValue(allowed)).")
    case .methodNotImplemented(let method): "The method \(method.rawValue.prefix(60)) is not known here."
    }
  }
}
