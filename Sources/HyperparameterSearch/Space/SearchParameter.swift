import Jobs

/// One axis of a space: a setting, its values, and when it counts.
public struct SearchParameter: Hashable, Sendable {
  /// Of a setting that differs from trial to trial, such as `optimizer.weight_decay`.
  public let path: String
  public let domain: ParameterDomain
  /// Values of a range in a grid.
  public let points: Int?
  /// By another parameter's path, the values with which this one counts; none: it always does.
  public let conditions: [String: [JSONValue]]

  public init(
    _ path: String, _ domain: ParameterDomain, points: Int? = nil, conditions: [String: [JSONValue]] = [:]
  ) {
    (self.path, self.domain, self.points, self.conditions) = (path, domain, points, conditions)
  }

  /// Whether it counts beside values that others have.
  func isActive(beside values: [String: JSONValue]) -> Bool {
    conditions.allSatisfy { path, accepted in values[path].map(accepted.contains) ?? false }
  }
}
