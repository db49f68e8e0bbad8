import ImageInput

/// The choices of a client that asks for embeddings.
public struct EmbeddingOptions: Hashable, Sendable {
  /// The crop to use instead of the model's own crop; `nil` for the model's own.
  public var crop: CropMode?
  /// The time after which nobody wants the answer, counted from `start` of `ServedModel.embed`.
  public var timeout: Duration

  /// Options with the server's defaults: the model's own crop, and 30 seconds.
  public init(crop: CropMode? = nil, timeout: Duration = .seconds(30)) {
    self.crop = crop
    self.timeout = timeout
  }
}
