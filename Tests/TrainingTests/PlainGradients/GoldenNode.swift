import NetworkGraph

/// A node as the scripts of `Tests/Goldens/training` describe it, in `graph.py`'s words.
struct GoldenNode: Decodable {
  let node: Node

  private enum Key: String, CodingKey {
    case name
    case operatorName = "operator"
    case inputs
    case attributes
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let name = try container.decode(String.self, forKey: .operatorName)
    let attributes = GoldenAttributes(
      try container.nestedContainer(keyedBy: GoldenAttributes.Key.self, forKey: .attributes))
    guard let layer = try attributes.layer(name) ?? attributes.function(name) else {
      throw DecodingError.dataCorruptedError(
        forKey: .operatorName, in: container, debugDescription: "no operator is called \(name)")
    }
    node = Node(
      try container.decode(String.self, forKey: .name), layer,
      inputs: try container.decode([String].self, forKey: .inputs))
  }
}
