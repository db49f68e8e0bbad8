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
    topK = try container.decodeIfPresent(Int.self, forKey: .topK)
    crop = try container.decodeIfPresent(String.self, forKey: .crop)
    scores = try container.decodeIfPresent(String.self, forKey: .scores)
    timeout = try container.decodeIfPresent(Int.self, forKey: .timeout)
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
