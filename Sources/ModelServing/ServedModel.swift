import Foundation
import ImageInput
import InferenceRuntime
import NetworkGraph

/// The settings with which a server runs its models.
public struct ServingConfiguration: Sendable {
  /// The number of threads that compute the batches of each model, at least 1.
  public var threadCount: Int
  /// Whether each of these threads stays on a processor of its own. Pinning makes times steadier if nothing else
  /// computes, and slower if something does.
  public var pinsThreads: Bool
  /// The kernels that compute the layers.
  public var engine: Engine
  /// The way in which the threads of a model share a batch.
  public var parallelism: Parallelism
  /// The way in which convolutions get their algorithms.
  public var selection: AlgorithmSelection
  /// The limits of each model's batch queue. Its `maximumBatchSize` is also the largest batch of the compiled plan.
  public var batching: BatchQueue.Configuration
  /// The limits of each single image.
  public var decodingLimits: DecodingLimits
  /// The largest number of pixels that the images of one request may have together.
  public var maximumRequestPixels: Int
  /// The largest number of pixels that are decoded at the same time, over all requests. Further images wait. It
  /// bounds the memory of decoded images.
  public var maximumPixelsInFlight: Int
  /// Whether large JPEGs are decoded at a reduced size.
  public var jpegDecoding: JPEGDecoding

  /// Settings for one process without options. `convserve serve` takes as many threads as there are processors, and
  /// measures algorithms.
  public init(
    threadCount: Int = 2, pinsThreads: Bool = false, engine: Engine = .tiled(.best),
    parallelism: Parallelism = .fastest, selection: AlgorithmSelection = .estimated,
    batching: BatchQueue.Configuration = .init(), decodingLimits: DecodingLimits = DecodingLimits(),
    maximumRequestPixels: Int = 200_000_000, maximumPixelsInFlight: Int = 100_000_000,
    jpegDecoding: JPEGDecoding = .standard
  ) {
    self.threadCount = threadCount
    self.pinsThreads = pinsThreads
    self.engine = engine
    self.parallelism = parallelism
    self.selection = selection
    self.batching = batching
    self.decodingLimits = decodingLimits
    self.maximumRequestPixels = maximumRequestPixels
    self.maximumPixelsInFlight = maximumPixelsInFlight
    self.jpegDecoding = jpegDecoding
  }
}

/// A model that is compiled and answers requests through a batch queue.
///
/// Its threads end after `close` or `drain`, and when the model is released.
public final class ServedModel: Sendable {
  /// The name of the model in requests and answers.
  public let name: String
  /// An identifier of this compiled model. Models of the same name and version have different ids, because their
  /// files may differ.
  public let id = UUID()
  /// The version of the model; a whole number if the model lies in a repository.
  public let version: String
  /// The network as it was defined, before the compiler's passes.
  public let network: Network
  /// One label for each class, in the order of the network's outputs.
  public let labels: [ClassLabel]
  /// The model's own preprocessing, without the crop that a request may ask for.
  public let preprocessing: Preprocessing
  /// The origin of the network and of the weights.
  public let provenance: ModelProvenance
  /// The queue that computes all classifications. Embeddings have a queue of their own.
  public let queue: BatchQueue
  let plan: ExecutionPlan
  /// The number of threads that compute a batch.
  public let threadCount: Int
  /// The engine that computes: `amx`, `avx512`, `avx2`, `portable` or `reference`.
  public let kernels: String
  /// Bytes of packed weights in memory.
  public let weightBytes: Int
  /// Bytes of working memory of the model's instance.
  public let arenaBytes: Int
  let preparation: ImagePreparation
  let weightSource: WeightSource
  /// What works beside the queue and ends with it.
  let companions = ModelCompanions()
  /// Computes the features of images; `nil` if the network has none.
  let embedder: ImageEmbedder?

  /// Compiles a version of a repository and starts its queue.
  ///
  /// - Parameters:
  ///   - package: the version, with its weights.
  ///   - configuration: threads, engine and limits.
  ///   - decodePool: the threads that decode images, usually shared by all models.
  /// - Throws: `WeightMismatch` or `ShapeError` if the weights do not fit the network. `AlgorithmError` if the
  ///   configuration names an algorithm that cannot be used.
  public convenience init(
    _ package: ModelPackage, configuration: ServingConfiguration, decodePool: DecodePool
  ) throws {
    try self.init(
      package.contents, name: package.name, version: String(package.version), package.weightSource,
      configuration: configuration, decodePool: decodePool)
  }

  /// Compiles a model in memory and starts its queue. The weights stay in memory, because embeddings need them again.
  ///
  /// - Parameters:
  ///   - contents: network, weights, labels and preprocessing.
  ///   - name: the name of the model in answers.
  ///   - version: the version of the model in answers.
  ///   - configuration: threads, engine and limits.
  ///   - decodePool: the threads that decode images, usually shared by all models.
  /// - Throws: `WeightMismatch` or `ShapeError` if the weights do not fit the network. `AlgorithmError` if the
  ///   configuration names an algorithm that cannot be used.
  public convenience init(
    _ contents: ModelContents, name: String, version: String = "1", configuration: ServingConfiguration,
    decodePool: DecodePool
  ) throws {
    try self.init(
      contents, name: name, version: version, .held(contents.weights), configuration: configuration,
      decodePool: decodePool)
  }

  private init(
    _ contents: ModelContents, name: String, version: String, _ weightSource: WeightSource,
    configuration: ServingConfiguration, decodePool: DecodePool
  ) throws {
    let options = CompilerOptions(
      maximumBatch: configuration.batching.maximumBatchSize, threadCount: configuration.threadCount,
      engine: configuration.engine, selection: configuration.selection)
    let pool = WorkerPool(threadCount: configuration.threadCount, isPinned: configuration.pinsThreads)
    let plan = try Compiler.compile(contents.network, weights: contents.weights, options: options, pool: pool)
    self.name = name
    self.version = version
    network = contents.network
    labels = contents.labels
    preprocessing = contents.preprocessing
    provenance = contents.provenance
    self.plan = plan
    threadCount = plan.threadCount
    kernels = plan.engine.name
    weightBytes = plan.weightBytes
    arenaBytes = plan.arenaBytes
    preparation = ImagePreparation(configuration, decodePool: decodePool)
    self.weightSource = weightSource
    embedder = ImageEmbedder(
      contents, weightSource, preparation, computation: .background(of: configuration))
    queue = BatchQueue(configuration: configuration.batching, decoderCount: configuration.threadCount) {
      pool.pinCallingThread()
      let instance = ExecutionInstance(plan: plan, pool: pool, parallelism: configuration.parallelism)
      return { try instance.run($0) }
    }
  }

  /// The shape of one input sample, `[C, H, W]`.
  public var inputShape: [Int] { network.inputShape.dimensions }

  /// The name of the published network as papers write it, or else the name that the network has.
  public var title: String { provenance.publication?.title ?? network.name }

  deinit {
    // The queue's thread would wait for requests that can never come.
    queue.close()
  }

  /// Computes one blank image, so that the first client does not wait for the system to provide memory. The image does
  /// not count in the statistics.
  ///
  /// - Throws: `BatchQueueError` if the queue is closed or full. `CancellationError` if the task is cancelled.
  public func warmUp() async throws {
    _ = try await queue.run(count: 1) { [Tensor(shape: inputShape) { _ in }] }
    queue.forgetStatistics()
  }

  /// Classifies images in batches that are shared with other requests.
  ///
  /// - Parameters:
  ///   - images: the encoded images; an empty array gives an empty answer.
  ///   - options: number of classes, crop, kind of score and timeout.
  ///   - start: the time from which the timeout and `ClassificationTiming.total` count; in a server, when the last
  ///     byte of the request arrived.
  /// - Returns: one prediction for each image, in the order of `images`.
  /// - Throws: `UndecodableImage` for the first image that cannot be decoded. `TooManyPixels` if the images are too
  ///   large together. `BatchQueueError` if the queue refuses them. `DeadlineExceeded` if the timeout passes.
  ///   `CancellationError` if the task is cancelled.
  public func classify(
    _ images: [EncodedImage], options: ClassificationOptions = .init(), start: ContinuousClock.Instant = .now
  ) async throws -> ClassificationAnswer {
    let deadline = start + options.timeout
    return try await withDeadline(deadline) { [self] in
      let predictions = try await predictions(for: images, options, start: start, deadline: deadline)
      return ClassificationAnswer(model: name, version: version, predictions: predictions)
    }
  }

  /// Tells whether a request for one image would be refused now.
  ///
  /// - Parameter timeout: the time within which the answer is wanted.
  /// - Returns: the reason of the refusal, or `nil` if the image would be admitted.
  public func refusal(within timeout: Duration) -> BatchQueueError? {
    queue.refusal(of: 1, deadline: .now + timeout)
  }

  /// Refuses new requests from now on. Requests that were admitted are finished. The call does not wait for them.
  public func close() {
    queue.close()
    embedder?.close()
    companions.close()
  }

  /// Closes the model, and returns when all admitted requests are answered.
  public func drain() async {
    close()
    await queue.drain()
    await embedder?.drain()
  }
}

extension ServedModel {
  private func predictions(
    for images: [EncodedImage], _ options: ClassificationOptions, start: ContinuousClock.Instant,
    deadline: ContinuousClock.Instant
  ) async throws -> [Classification] {
    guard !images.isEmpty else { return [] }
    let preprocessing = options.crop.map(self.preprocessing.overriding) ?? self.preprocessing
    let cropCount = preprocessing.cropCount
    var prepared: [PreparedImage] = []
    let outcomes = try await queue.run(count: images.count * cropCount, deadline: deadline) {
      prepared = try await preparation.prepare(images, preprocessing)
      return prepared.flatMap(\.crops)
    }
    let crops = prepared.indices.map { outcomes[$0 * cropCount..<($0 + 1) * cropCount] }
    let classes = crops.map { rankedClasses($0, options) }
    let total = ContinuousClock.now - start
    return prepared.indices.map { classification(of: prepared[$0], classes[$0], crops[$0], total: total) }
  }

  /// The best classes of one image, over all of its crops.
  private func rankedClasses(_ crops: ArraySlice<BatchOutcome>, _ options: ClassificationOptions) -> [RankedClass] {
    let scores = Ranking.scores(crops: crops.map(\.output.values), kind: options.scores)
    return Ranking.best(options.topK, of: scores).enumerated().map { position, best in
      RankedClass(
        rank: position + 1, index: best.index, label: labels[best.index], score: best.score,
        scoreKind: options.scores)
    }
  }

  private func classification(
    of image: PreparedImage, _ classes: [RankedClass], _ crops: ArraySlice<BatchOutcome>, total: Duration
  ) -> Classification {
    // An image has at least one crop, and all of them were queued at the same time.
    let last = crops.max { $0.queueTime + $0.computeTime < $1.queueTime + $1.computeTime }!
    return Classification(
      image: image.name, width: image.size.width, height: image.size.height, classes: classes,
      timing: ClassificationTiming(decode: image.time, lastCrop: last, total: total),
      batchSize: crops.map(\.batchSize).max()!)
  }
}
