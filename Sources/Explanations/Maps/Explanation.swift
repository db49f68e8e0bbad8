import ModelServing

/// How a model's answer is explained.
public enum ExplanationMethod: String, CaseIterable, Encodable, Sendable {
  /// Where the maps of a layer speak for the class.
  case gradCAM = "grad-cam"
  /// How much the class's probability falls where a patch covers the picture.
  case occlusion

  /// What can be chosen for this method and no other.
  var options: [String] {
    switch self {
    case .gradCAM: ["layer"]
    case .occlusion: ["patch", "stride"]
    }
  }
}

/// The class that is explained.
public struct ExplainedClass: Encodable, Hashable, Sendable {
  /// Index of the network's output.
  public let index: Int
  public let label: ClassLabel
  /// The network's own output for it.
  public let logit: Float
  /// Softmax of the logits.
  public let probability: Float

  enum CodingKeys: String, CodingKey {
    case id, index, label, logit, probability
  }

  /// - Parameters:
  ///   - wanted: index of the class; the best one where not given.
  /// - Precondition: the index is one of the labels'.
  init(_ wanted: Int?, logits: [Float], labels: [ClassLabel]) {
    index = wanted ?? Ranking.best(1, of: logits)[0].index
    label = labels[index]
    logit = logits[index]
    probability = Ranking.softmax(logits)[index]
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(label.id, forKey: .id)
    try container.encode(index, forKey: .index)
    try container.encode(label.name, forKey: .label)
    try container.encode(logit, forKey: .logit)
    try container.encode(probability, forKey: .probability)
  }
}

/// Which parts of a picture speak for a class.
public struct Explanation: Encodable, Sendable {
  public let model: String
  public let version: String
  /// The picture's name, as the client gave it.
  public let image: String
  public let method: ExplanationMethod
  /// The layer whose maps were weighed; none where patches were laid on the picture.
  public let layer: String?
  public let explained: ExplainedClass
  /// Raw: neither enlarged nor scaled.
  public let map: SpatialMap
  /// The patches of an occlusion.
  public let patches: Patches?
  public let seen: SeenImage

  /// Whether anything at all speaks for the class.
  public var hasEvidence: Bool { map.maximum > 0 }

  enum CodingKeys: String, CodingKey {
    case explained = "class"
    case crop
    case hasEvidence = "has_evidence"
    case image, layer, map, maximum, method, minimum, model, patch, shape, stride, version
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(explained, forKey: .explained)
    try container.encode(seen.crop, forKey: .crop)
    try container.encode(hasEvidence, forKey: .hasEvidence)
    try container.encode(image, forKey: .image)
    try container.encodeIfPresent(layer, forKey: .layer)
    try container.encode(map, forKey: .map)
    try container.encode(map.maximum, forKey: .maximum)
    try container.encode(method, forKey: .method)
    try container.encode(map.minimum, forKey: .minimum)
    try container.encode(model, forKey: .model)
    try container.encodeIfPresent(patches?.side, forKey: .patch)
    try container.encode([map.height, map.width], forKey: .shape)
    try container.encodeIfPresent(patches?.stride, forKey: .stride)
    try container.encode(version, forKey: .version)
  }
}
