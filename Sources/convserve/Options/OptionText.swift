import ArgumentParser

/// Texts of options that stand for values.
enum OptionText {
  /// - Throws: `ValidationError` that says what is accepted.
  static func parsed<Value: LosslessStringConvertible>(
    _ option: String, _ text: String, accepted: String
  ) throws -> Value {
    guard let value = Value(text) else { throw ValidationError("\(option) takes \(accepted), not \"\(text)\"") }
    return value
  }
}
