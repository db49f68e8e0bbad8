/// A value that is JSON already, such as what a database keeps. It is written as it is.
struct RawJSON: Encodable, Sendable {
  /// One value of RFC 8259.
  let text: String

  /// `JSONWriter` writes the text; another encoder has no way to.
  func encode(to encoder: any Encoder) throws {
    throw EncodingError.invalidValue(
      self, .init(codingPath: encoder.codingPath, debugDescription: "only JSONWriter writes raw JSON"))
  }
}
