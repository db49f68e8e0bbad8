/// An image as a point in the space of a network's features.
public struct Embedding: Encodable, Hashable, Sendable {
  /// The image's name, as the client gave it.
  public let image: String
  /// Of length 1, or all zero where every feature is.
  public let values: [Float]

  public init(image: String, values: [Float]) {
    self.image = image
    self.values = values
  }
}

/// The answer to a request for embeddings: one an image, in the order sent.
public struct EmbeddingAnswer: Encodable, Hashable, Sendable {
  /// Name of the model.
  public let model: String
  /// Its version.
  public let version: String
  /// The layer whose outputs the values are.
  public let layer: String
  /// Values of an embedding.
  public let dimensions: Int
  /// One an image.
  public let embeddings: [Embedding]

  public init(model: String, version: String, layer: String, dimensions: Int, embeddings: [Embedding]) {
    self.model = model
    self.version = version
    self.layer = layer
    self.dimensions = dimensions
    self.embeddings = embeddings
  }

  /// All values, one embedding behind the other, as IEEE 754 binary32, the least significant byte first.
  public var floatBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(embeddings.count * dimensions * 4)
    for value in embeddings.lazy.flatMap(\.values) {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}
