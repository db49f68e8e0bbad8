import ImageInput

/// What a client may ask for.
public struct ClassificationOptions: Hashable, Sendable {
  /// How many classes to name; more than the network has means all.
  public var topK: Int
  /// Instead of the model's own crop.
  public var crop: CropMode?
  public var scores: ScoreKind
  /// Time after which the answer is not wanted any more.
  public var timeout: Duration

  public init(
    topK: Int = 5, crop: CropMode? = nil, scores: ScoreKind = .probability, timeout: Duration = .seconds(30)
  ) {
    self.topK = topK
    self.crop = crop
    self.scores = scores
    self.timeout = timeout
  }
}

/// An image as it came, with the name by which answers and errors call it.
public struct EncodedImage: Sendable {
  public let name: String
  public let bytes: ArraySlice<UInt8>

  public init(name: String, bytes: ArraySlice<UInt8>) {
    self.name = name
    self.bytes = bytes
  }

  public init(name: String, bytes: [UInt8]) {
    self.init(name: name, bytes: bytes[...])
  }
}

/// An image of a request that cannot be decoded.
public struct UndecodableImage: Error, Equatable, Sendable {
  /// The image's name, as the client gave it.
  public let image: String
  public let reason: ImageError
}

extension UndecodableImage: CustomStringConvertible {
  public var description: String { "\(image): \(reason)" }
}
