/// A preprocessing cannot be used. The error names the field as in `model.json`, its value, and what is accepted.
public struct PreprocessingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The field's name in JSON, such as `shorter_side`.
  public let field: String
  /// What is wrong with the field, as a predicate such as `is 0` or `is missing`.
  public let problem: String
  /// The accepted values, in words.
  public let accepted: String

  /// Field, problem and accepted values, as one sentence for users.
  public var description: String { "preprocessing field \"\(field)\" \(problem); accepted: \(accepted)" }

  init(_ field: String, _ problem: String, accepted: String) {
    (self.field, self.problem, self.accepted) = (field, problem, accepted)
  }
}
