/// Images as points, for search and for tasks that the model was not trained for.
extension ServedModel {
  /// Computes embeddings beside classification. Classification has priority. The first request compiles the plan for
  /// embeddings.
  ///
  /// - Parameters:
  ///   - images: the encoded images; an empty array gives an empty answer.
  ///   - options: crop and timeout.
  ///   - start: the time from which the timeout counts.
  /// - Returns: one embedding for each image, in the order of `images`.
  /// - Throws: `NoFeatures` if the network has no embeddings. `WeightsChanged` if the weight file was overwritten
  ///   before the first request. `UndecodableImage` for the first image that cannot be decoded. `TooManyPixels`,
  ///   `BatchQueueError`, `DeadlineExceeded` or `CancellationError` as `ImageEmbedder.embeddings` does.
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

  /// Tells whether a request for the embedding of one image would be refused now.
  ///
  /// - Parameter timeout: the time within which the answer is wanted.
  /// - Returns: the reason of the refusal, or `nil` if the image would be admitted.
  /// - Throws: `NoFeatures` if the network has no embeddings.
  public func refusalOfEmbedding(within timeout: Duration) throws(NoFeatures) -> BatchQueueError? {
    try requireEmbedder().refusal(deadline: .now + timeout)
  }

  private func requireEmbedder() throws(NoFeatures) -> ImageEmbedder {
    guard let embedder else { throw NoFeatures(network: title) }
    return embedder
  }
}
