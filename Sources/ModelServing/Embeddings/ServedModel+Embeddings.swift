/// Images as points, for search and for tasks that the model was not trained for.
extension ServedModel {
  /// Computes embeddings beside classification, which goes first. The first request has the plan for it compiled.
  ///
  /// - Parameter start: what the deadline counts from.
  /// - Throws: `NoFeatures`, `WeightsChanged`, `UndecodableImage` for the first image that cannot be decoded,
  ///   `TooManyPixels`, `BatchQueueError`, `DeadlineExceeded`, `CancellationError`.
  public func embed(
    _ images: [EncodedImage], options: EmbeddingOptions = .init(), start: ContinuousClock.Instant = .now
  ) async throws -> EmbeddingAnswer {
    let embedder = try requireEmbedder()
    let deadline = start + options.timeout
    let embeddings = try await withDeadline(deadline) {
      try await embedder.embeddings(of: images, crop: options.crop, deadline: deadline)
    }
    return EmbeddingAnswer(
      model: name, version: version, layer: embedder.layer, dimensions: embedder.dimensions, embeddings: embeddings)
  }

  /// Why an image whose embedding should be there within so much time would be refused now, if it would.
  ///
  /// - Throws: `NoFeatures`.
  public func refusalOfEmbedding(within timeout: Duration) throws(NoFeatures) -> BatchQueueError? {
    try requireEmbedder().refusal(deadline: .now + timeout)
  }

  private func requireEmbedder() throws(NoFeatures) -> ImageEmbedder {
    guard let embedder else { throw NoFeatures(network: title) }
    return embedder
  }
}
