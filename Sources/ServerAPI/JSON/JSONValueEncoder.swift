/// How a value writes itself: the standard library's protocols in front of `JSONWriter`, which holds all state.
///
/// One generic method can stand for all that the protocols ask for each type. Members, which are what answers consist of, have
/// methods for the frequent types besides: a generic one looks up its type at each call.
struct JSONValueEncoder: Encoder {
  let writer: JSONWriter

  /// Nothing that answers are made of looks at these, and nobody gets to see errors with a path.
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    writer.openObject()
    return KeyedEncodingContainer(MemberContainer(writer: writer))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    writer.openArray()
    return ElementContainer(writer: writer)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { ScalarContainer(writer: writer) }
}

/// The members of an object.
private struct MemberContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let writer: JSONWriter
  var codingPath: [any CodingKey] { [] }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try writer.writeMember(key.stringValue) { try writer.write(value) }
  }

  mutating func encode(_ value: Int, forKey key: Key) {
    writer.writeMember(key.stringValue) { writer.write(integer: value) }
  }

  mutating func encode(_ value: Double, forKey key: Key) {
    writer.writeMember(key.stringValue) { writer.write(number: value) }
  }

  mutating func encode(_ value: String, forKey key: Key) {
    writer.writeMember(key.stringValue) { writer.write(string: value) }
  }

  mutating func encodeNil(forKey key: Key) { writer.writeMember(key.stringValue) { writer.writeNull() } }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    superEncoder(forKey: key).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    superEncoder(forKey: key).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { JSONValueEncoder(writer: writer.deferMember("super")) }

  mutating func superEncoder(forKey key: Key) -> any Encoder {
    JSONValueEncoder(writer: writer.deferMember(key.stringValue))
  }
}

/// The elements of an array.
private struct ElementContainer: UnkeyedEncodingContainer {
  let writer: JSONWriter
  var codingPath: [any CodingKey] { [] }
  var count: Int { writer.partCount }

  mutating func encode<Value: Encodable>(_ value: Value) throws { try writer.writeElement { try writer.write(value) } }

  mutating func encodeNil() { writer.writeElement { writer.writeNull() } }

  mutating func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) -> KeyedEncodingContainer<NestedKey>
  {
    superEncoder().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }

  mutating func superEncoder() -> any Encoder { JSONValueEncoder(writer: writer.deferElement()) }
}

/// A value in the place of another: the raw value of an enumeration, what an optional holds.
private struct ScalarContainer: SingleValueEncodingContainer {
  let writer: JSONWriter
  var codingPath: [any CodingKey] { [] }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    if let integer = value as? any FixedWidthInteger {
      writer.write(anyInteger: integer)
    } else {
      try writer.write(value)
    }
  }

  mutating func encodeNil() { writer.writeNull() }
}
