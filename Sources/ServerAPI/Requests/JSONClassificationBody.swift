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
