/// The JSON form of a request about images. A member that is unknown is refused, as in a query or a form.
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
    try decoder.refuseUnknownMembers(besides: Self.members(decoder.userInfo[.optionNames] as? [String]))
    let container = try decoder.container(keyedBy: CodingKeys.self)
    images = try container.decode([Image].self, forKey: .images)
    topK = try container.wholeNumber(.topK, in: ClassificationRequest.topKRange)
    crop = try container.decodeIfPresent(String.self, forKey: .crop)
    scores = try container.decodeIfPresent(String.self, forKey: .scores)
    timeout = try container.wholeNumber(.timeout, in: ClassificationRequest.timeoutRange)
  }

  /// The members that there are where these options are accepted; all where nobody says which.
  private static func members(_ options: [String]?) -> [String] {
    CodingKeys.allCases.map(\.rawValue).filter { options?.contains($0) ?? true || $0 == CodingKeys.images.rawValue }
  }
}

extension CodingUserInfoKey {
  /// The names of the options that a request of its kind may have.
  static let optionNames = CodingUserInfoKey(rawValue: "optionNames")!
}
