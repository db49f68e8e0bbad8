/// Reads the fields of a JSON object. Errors name the field that is wrong.
struct FieldReader<Key: CodingKey & CaseIterable> {
  private let container: KeyedDecodingContainer<Key>
  private let object: String
  private let accepted: String

  /// Opens an object.
  ///
  /// - Throws: `PreprocessingError` where the value is not an object, or where it has an unknown field, such as a
  ///   misspelt one.
  init(_ decoder: any Decoder, of object: String, accepted: String) throws {
    self.object = object
    self.accepted = accepted
    let known = Key.allCases.map(\.stringValue).joined(separator: ", ")
    guard let all = try? decoder.container(keyedBy: AnyKey.self),
      let container = try? decoder.container(keyedBy: Key.self)
    else { throw PreprocessingError(object, "has a value of the wrong kind", accepted: accepted) }
    for key in all.allKeys where Key(stringValue: key.stringValue) == nil {
      throw PreprocessingError(key.stringValue, "is unknown in \(object)", accepted: known)
    }
    self.container = container
  }

  /// A field's value, or `nil` where it is absent or null.
  func optional<Value: Decodable>(_ key: Key, accepted: String) throws -> Value? {
    do {
      return try container.decodeIfPresent(Value.self, forKey: key)
    } catch let error as PreprocessingError {
      throw error
    } catch {
      throw PreprocessingError(key.stringValue, "has a value of the wrong kind", accepted: accepted)
    }
  }

  /// A field's value.
  func required<Value: Decodable>(_ key: Key, accepted: String) throws -> Value {
    guard let value: Value = try optional(key, accepted: accepted) else {
      throw PreprocessingError(key.stringValue, "is missing", accepted: accepted)
    }
    return value
  }

  /// The only field of an object that must have exactly one.
  func only() throws -> Key {
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      throw PreprocessingError(object, "has \(container.allKeys.count) fields", accepted: accepted)
    }
    return key
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension Decoder {
  /// Whether the value is the text "none".
  ///
  /// - Throws: `PreprocessingError` for any other text.
  func holdsNone(field: String, accepted: String) throws -> Bool {
    guard let text = try? singleValueContainer().decode(String.self) else { return false }
    guard text == "none" else { throw PreprocessingError(field, "is \"\(text)\"", accepted: accepted) }
    return true
  }
}

extension Encoder {
  /// Writes the text "none".
  func encodeNone() throws {
    var container = singleValueContainer()
    try container.encode("none")
  }
}
