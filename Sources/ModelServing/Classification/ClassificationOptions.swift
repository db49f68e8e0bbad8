import ImageInput

/// The choices of a client that asks for a classification.
public struct ClassificationOptions: Hashable, Sendable {
  /// The number of best classes to report. If the network has fewer classes, all are reported.
  public var topK: Int
  /// The crop to use instead of the model's own crop; `nil` for the model's own.
  public var crop: CropMode?
  /// The kind of score that the answer reports.
  public var scores: ScoreKind
  /// The time after which nobody wants the answer, counted from `start` of `ServedModel.classify`.
  public var timeout: Duration

  /// Options with the server's defaults: five classes with probabilities, the model's own crop, and 30 seconds.
  public init(
    topK: Int = 5, crop: CropMode? = nil, scores: ScoreKind = .probability, timeout: Duration = .seconds(30)
  ) {
    self.topK = topK
    self.crop = crop
    self.scores = scores
    self.timeout = timeout
  }
}

/// An image as the client sent it, with a name for answers and errors.
public struct EncodedImage: Sendable {
  /// The name by which answers and errors call the image, for example a file name.
  public let name: String
  /// The encoded file: JPEG, PNG or WebP, recognised by its signature.
  public let bytes: ArraySlice<UInt8>

  /// An image within the bytes of a request. The slice shares the memory of the request's body.
  public init(name: String, bytes: ArraySlice<UInt8>) {
    self.name = name
    self.bytes = bytes
  }

  /// An image that is all of the bytes.
  public init(name: String, bytes: [UInt8]) {
    self.init(name: name, bytes: bytes[...])
  }
}

/// An image of a request that cannot be decoded.
public struct UndecodableImage: Error, Equatable, Sendable {
  /// The name of the image, as the client gave it.
  public let image: String
  /// The decoder's error.
  public let reason: ImageError
}

extension UndecodableImage: CustomStringConvertible {
  /// The name of the image and the decoder's error.
  public var description: String { "\(image): \(reason)" }
}
