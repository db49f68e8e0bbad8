/// An image as a vector of features, for search and for other classifiers.
public struct Embedding: Encodable, Hashable, Sendable {
  /// The name of the image, as the client gave it.
  public let image: String
  /// The features, divided by their Euclidean norm, so that the vector has length 1. All values are 0 if every
  /// feature is 0.
  public let values: [Float]

  /// An embedding of the given values, which should have length 1.
  public init(image: String, values: [Float]) {
    self.image = image
    self.values = values
  }
}

/// The answer to a request for embeddings.
public struct EmbeddingAnswer: Encodable, Hashable, Sendable {
  /// The name of the model that answered.
  public let model: String
  /// The version of the model that answered.
  public let version: String
  /// The name of the layer whose outputs the features are.
  public let layer: String
  /// The number of values of each embedding.
  public let dimensions: Int
  /// One embedding for each image, in the order of the request.
  public let embeddings: [Embedding]

  /// An answer with the given embeddings, in the order of the images. Each has `dimensions` values.
  public init(model: String, version: String, layer: String, dimensions: Int, embeddings: [Embedding]) {
    self.model = model
    self.version = version
    self.layer = layer
    self.dimensions = dimensions
    self.embeddings = embeddings
  }

  /// All values as IEEE 754 binary32, little-endian, one embedding after the other: 4 x `dimensions` bytes for each
  /// image.
  public var floatBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(embeddings.count * dimensions * 4)
    for value in embeddings.lazy.flatMap(\.values) {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}
