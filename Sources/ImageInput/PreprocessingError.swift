/// Why a preprocessing cannot be used: the field, as in model.json, what it holds, and what is accepted.
public struct PreprocessingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The field's name in JSON, such as `shorter_side`.
  public let field: String
  /// What is wrong with it.
  public let problem: String
  /// What is accepted in its place.
  public let accepted: String

  public var description: String { "preprocessing field \"\(field)\" \(problem); accepted: \(accepted)" }

  init(_ field: String, _ problem: String, accepted: String) {
    (self.field, self.problem, self.accepted) = (field, problem, accepted)
  }
}
