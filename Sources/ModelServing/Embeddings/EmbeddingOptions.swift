import ImageInput

/// What a client who asks for embeddings may choose.
public struct EmbeddingOptions: Hashable, Sendable {
  /// Instead of the model's own crop.
  public var crop: CropMode?
  /// Time after which the answer is not wanted any more.
  public var timeout: Duration

  public init(crop: CropMode? = nil, timeout: Duration = .seconds(30)) {
    self.crop = crop
    self.timeout = timeout
  }
}
