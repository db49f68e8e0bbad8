extension KeyedDecodingContainer {
  /// A number that is whole and fits; that it lies in the range is checked with those of the query.
  ///
  /// - Throws: `RequestError` with the number for one that is not; left to the decoder it would be called no JSON.
  func wholeNumber(_ key: Key, in range: ClosedRange<Int>) throws -> Int? {
    do {
      return try decodeIfPresent(Int.self, forKey: key)
    } catch let error as DecodingError {
      throw error
    } catch {
      // Foundation's own, which nobody else can name: the number is none of an integer.
      let number = (try? decode(Double.self, forKey: key)).map { String($0) } ?? "a number without bounds"
      throw RequestError.unacceptedNumber(name: key.stringValue, value: number, range: range)
    }
  }
}

/// Any member's name.
private struct MemberName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// - Throws: `RequestError.unknownField` for the first member, by name, that `known` does not have.
  func refuseUnknownMembers<Known: CodingKey & CaseIterable>(besides known: Known.Type) throws {
    try refuseUnknownMembers(besides: Known.allCases.map(\.stringValue))
  }

  /// - Throws: `RequestError.unknownField` for the first member, by name, that is none of these.
  func refuseUnknownMembers(besides accepted: [String]) throws {
    let given = try container(keyedBy: MemberName.self).allKeys.map(\.stringValue)
    if let unknown = given.sorted().first(where: { !accepted.contains($0) }) {
      throw RequestError.unknownField(name: unknown, accepted: accepted)
    }
  }
}
