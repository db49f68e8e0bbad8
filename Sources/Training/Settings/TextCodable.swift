/// A setting that JSON holds as the text that the command line takes.
protocol TextCodable: Codable, LosslessStringConvertible {}

extension TextCodable {
  /// Decodes the text that the command line takes.
  ///
  /// - Throws: `DecodingError` if the value is no string, or the text is not accepted.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is not accepted")
    }
    self = value
  }

  /// Encodes the text that the command line takes.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
