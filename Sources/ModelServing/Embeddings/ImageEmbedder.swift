import ImageInput
import InferenceRuntime
import NetworkGraph
import Synchronization

/// Computes the features of images: the input of the last, fully connected layer of a classifier.
///
/// The network is compiled at the first request, so a model that nobody asks for embeddings takes no memory for them.
/// The first request and those that come meanwhile wait in the same bounded queue. Compiling takes a second or two.
public final class ImageEmbedder: Sendable {
  /// How features are computed.
  struct Computation: Sendable {
    var compiler: CompilerOptions
    /// Images or crops admitted and not yet answered.
    var capacity: Int
    /// Whether threads that classify go first.
    var isBackground: Bool
  }

  /// The name of the layer whose outputs are the features.
  public let layer: String
  /// The number of features.
  public let dimensions: Int
  private let body: Network
  private let preprocessing: Preprocessing
  private let source: WeightSource
  private let preparation: ImagePreparation
  private let computation: Computation
  private let line = Mutex(Line(queue: nil, isClosed: false))

  private struct Line {
    /// Nil before the first request.
    var queue: BatchQueue?
    var isClosed: Bool
  }

  /// Nil where the network has no features.
  init?(
    _ contents: ModelContents, _ source: WeightSource, _ preparation: ImagePreparation, computation: Computation
  ) {
    guard let body = contents.network.classifierHead?.body, let output = try? body.inferShapes().output else {
      return nil
    }
    layer = body.outputName
    dimensions = output.elementsPerSample
    preprocessing = contents.preprocessing
    self.body = body
    self.source = source
    self.preparation = preparation
    self.computation = computation
  }

  deinit { close() }

  /// Computes the embeddings of images. An embedding is the mean of the features over the crops of an image, divided
  /// by its Euclidean norm.
  ///
  /// - Parameters:
  ///   - images: the encoded images; an empty array gives an empty result.
  ///   - crop: the crop to use instead of the model's own crop.
  ///   - deadline: the time after which nobody wants the answer; `nil` for any time.
  /// - Returns: one embedding for each image, in the order of `images`.
  /// - Throws: `UndecodableImage` for the first image that cannot be decoded. `TooManyPixels` if the images are too
  ///   large together. `BatchQueueError` if the queue refuses them. `DeadlineExceeded` if the deadline passes while
  ///   they wait. `CancellationError` if the task is cancelled. `WeightsChanged` if the weight file was overwritten
  ///   before the first request.
  public func embeddings(
    of images: [EncodedImage], crop: CropMode? = nil, deadline: ContinuousClock.Instant? = nil
  ) async throws -> [Embedding] {
    let vectors = try await features(of: images, crop: crop, deadline: deadline)
    return zip(images, vectors).map { Embedding(image: $0.name, values: FeatureVector.normalised($1)) }
  }

  /// The mean over each image's crops, as the last layer takes it.
  ///
  /// - Throws: `UndecodableImage` for the first image that cannot be decoded, `TooManyPixels`, `BatchQueueError`,
  ///   `DeadlineExceeded`, `CancellationError`, or `WeightsChanged`.
  func features(
    of images: [EncodedImage], crop: CropMode?, deadline: ContinuousClock.Instant?
  ) async throws -> [[Float]] {
    guard !images.isEmpty else { return [] }
    let preprocessing = crop.map(self.preprocessing.overriding) ?? self.preprocessing
    let count = preprocessing.cropCount
    let outcomes = try await queue().run(count: images.count * count, deadline: deadline) {
      try await preparation.prepare(images, preprocessing).flatMap(\.crops)
    }
    return images.indices.map { image in
      FeatureVector.mean(outcomes[image * count..<(image + 1) * count].map(\.output.values))
    }
  }

  /// Why an image that should be answered by then would be refused now, if it would.
  func refusal(deadline: ContinuousClock.Instant) -> BatchQueueError? {
    let (queue, isClosed) = line.withLock { ($0.queue, $0.isClosed) }
    return isClosed ? .closed : queue?.refusal(of: 1, deadline: deadline)
  }

  /// Refuses new requests from now on. Requests that were admitted are finished. The call does not wait for them.
  public func close() { _ = closedQueue() }

  /// Closes the embedder, and returns when all admitted requests are answered and the plan's memory is free.
  public func drain() async { await closedQueue()?.drain() }

  private func closedQueue() -> BatchQueue? {
    line.withLock { line in
      line.isClosed = true
      line.queue?.close()
      return line.queue
    }
  }

  /// The line before the plan. The first one who asks opens it.
  func queue() throws(BatchQueueError) -> BatchQueue {
    try line.withLock { line throws(BatchQueueError) in
      if line.isClosed { throw .closed }
      if let queue = line.queue { return queue }
      let queue = opened()
      line.queue = queue
      return queue
    }
  }

  private func opened() -> BatchQueue {
    // The queue does not wait for further images: those that have come are computed.
    let configuration = BatchQueue.Configuration(
      maximumBatchSize: computation.compiler.maximumBatch, maximumDelay: .zero, capacity: computation.capacity)
    return BatchQueue(configuration: configuration) { [body, source, computation] in
      if computation.isBackground { ThreadPriority.lower() }
      var compiled: ExecutionInstance?
      return { batch in
        // With the first batch, and with the next one where that failed.
        let instance = try compiled ?? Self.instance(body, source, computation.compiler)
        compiled = instance
        return try instance.run(batch)
      }
    }
  }

  private static func instance(
    _ body: Network, _ source: WeightSource, _ options: CompilerOptions
  ) throws -> ExecutionInstance {
    let pool = WorkerPool(threadCount: options.threadCount)
    let weights = try body.tensors(of: source.weights())
    let plan = try Compiler.compile(body, weights: weights, options: options, pool: pool)
    // All threads always share each layer, so that an image has the same bits each time.
    return ExecutionInstance(plan: plan, pool: pool, parallelism: .together)
  }
}

extension ImageEmbedder.Computation {
  /// The largest batch. Working memory grows with it, and embeddings are not urgent.
  private static let batchSize = 4

  /// Beside a model that classifies: by one thread, which lets those go first.
  static func background(of configuration: ServingConfiguration) -> Self {
    make(configuration, threadCount: 1, isBackground: true)
  }

  /// Alone on the machine.
  static func foreground(of configuration: ServingConfiguration) -> Self {
    make(configuration, threadCount: configuration.threadCount, isBackground: false)
  }

  private static func make(_ configuration: ServingConfiguration, threadCount: Int, isBackground: Bool) -> Self {
    Self(
      compiler: CompilerOptions(
        maximumBatch: batchSize, threadCount: threadCount, engine: configuration.engine, selection: .estimated),
      capacity: configuration.batching.capacity, isBackground: isBackground)
  }
}

extension ImageEmbedder {
  /// An embedder for a version of a repository that is not served. It uses all threads of the configuration.
  ///
  /// - Parameters:
  ///   - package: the version, with its weights.
  ///   - configuration: threads, engine and limits.
  ///   - decodePool: the threads that decode the images.
  /// - Throws: `NoFeatures` if the network does not end in a fully connected layer with layers before it.
  public convenience init(
    _ package: ModelPackage, configuration: ServingConfiguration, decodePool: DecodePool
  ) throws(NoFeatures) {
    let contents = package.contents
    guard contents.network.classifierHead != nil else {
      throw NoFeatures(network: contents.provenance.publication?.title ?? contents.network.name)
    }
    self.init(
      contents, package.weightSource, ImagePreparation(configuration, decodePool: decodePool),
      computation: .foreground(of: configuration))!
  }
}
