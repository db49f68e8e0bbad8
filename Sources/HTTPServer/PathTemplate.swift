/// The path of a route, in which `{name}` stands for one whole segment: `/v1/models/{model}/summary`.
public struct PathTemplate: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  enum Segment: Sendable, Hashable {
    case literal(String)
    case parameter(String)

    var isParameter: Bool {
      if case .parameter = self { return true }
      return false
    }
  }

  let segments: [Segment]
  public let description: String

  /// Reads a template; a malformed one is a mistake in the route table and stops the program.
  public init(_ text: String) {
    precondition(text.hasPrefix("/"), "path template \(text) must begin with a slash")
    description = text
    segments = text.split(separator: "/").map { part in
      guard part.hasPrefix("{") || part.hasSuffix("}") else { return .literal(String(part)) }
      precondition(part.hasPrefix("{") && part.hasSuffix("}") && part.count > 2, "malformed parameter in \(text)")
      return .parameter(String(part.dropFirst().dropLast()))
    }
    precondition(Set(parameterNames).count == parameterNames.count, "repeated parameter in \(text)")
  }

  public init(stringLiteral text: String) { self.init(text) }

  /// Names of the parameters, in order.
  public var parameterNames: [String] {
    segments.compactMap { segment in
      if case .parameter(let name) = segment { return name }
      return nil
    }
  }

  /// The parameters' values when `path`'s decoded segments fit; nil otherwise.
  func match(_ path: [String]) -> PathParameters? {
    guard path.count == segments.count else { return nil }
    var values: [String: String] = [:]
    for (segment, text) in zip(segments, path) {
      switch segment {
      case .literal(let literal): guard literal == text else { return nil }
      case .parameter(let name): values[name] = text
      }
    }
    return PathParameters(values)
  }

  /// Whether the two match exactly the same paths.
  func isSamePattern(as other: PathTemplate) -> Bool {
    segments.count == other.segments.count
      && zip(segments, other.segments).allSatisfy { $0 == $1 || ($0.isParameter && $1.isParameter) }
  }

  /// Whether `self` is tried before `other`: at the first difference in kind, the literal comes first.
  func precedes(_ other: PathTemplate) -> Bool {
    for (left, right) in zip(segments, other.segments) where left.isParameter != right.isParameter {
      return right.isParameter
    }
    return false
  }
}

/// The values that a path gave to its template's parameters, decoded.
public struct PathParameters: Sendable, Equatable {
  private let values: [String: String]

  public init(_ values: [String: String] = [:]) { self.values = values }

  /// The value of a parameter that the template has; asking for another one is a mistake in the handler.
  public subscript(name: String) -> String {
    guard let value = values[name] else { preconditionFailure("the route has no parameter {\(name)}") }
    return value
  }
}
