/// The JSON form of a classification request. A member that is unknown is refused, as in a query or a form.
struct JSONClassificationBody: Decodable {
  /// What messages show.
  static let example = #"{"images": [{"name": "cat.jpg", "data": "<base64>"}], "top_k": 5}"#

  struct Image: Decodable {
    let name: String?
    let data: String

    enum CodingKeys: String, CodingKey, CaseIterable {
      case name, data
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownMembers(besides: CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decodeIfPresent(String.self, forKey: .name)
      data = try container.decode(String.self, forKey: .data)
    }
  }

  let images: [Image]
  let topK: Int?
  let crop: String?
  let scores: String?
  let timeout: Int?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case images, crop, scores
    case topK = "top_k"
    case timeout = "timeout_ms"
  }

  init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownMembers(besides: CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    images = try container.decode([Image].self, forKey: .images)
    topK = try container.wholeNumber(.topK, in: ClassificationRequest.topKRange)
    crop = try container.decodeIfPresent(String.self, forKey: .crop)
    scores = try container.decodeIfPresent(String.self, forKey: .scores)
    timeout = try container.wholeNumber(.timeout, in: ClassificationRequest.timeoutRange)
  }
}

extension KeyedDecodingContainer {
  /// A number that is whole and fits; that it lies in the range is checked with those of the query.
  ///
  /// - Throws: `RequestError` with the number for one that is not; left to the decoder it would be called no JSON.
  fileprivate func wholeNumber(_ key: Key, in range: ClosedRange<Int>) throws -> Int? {
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
  fileprivate func refuseUnknownMembers<Known: CodingKey & CaseIterable>(besides known: Known.Type) throws {
    let accepted = Known.allCases.map(\.stringValue)
    let given = try container(keyedBy: MemberName.self).allKeys.map(\.stringValue)
    if let unknown = given.sorted().first(where: { !accepted.contains($0) }) {
      throw RequestError.unknownField(name: unknown, accepted: accepted)
    }
  }
}
