import Foundation
import ImageInput
import InferenceRuntime
import NetworkGraph

/// How models are run.
public struct ServingConfiguration: Sendable {
  /// Threads for each model's computation.
  public var threadCount: Int
  /// Whether each of those stays on a processor of its own.
  public var pinsThreads: Bool
  public var engine: Engine
  /// How a model's threads share a batch.
  public var parallelism: Parallelism
  /// How convolutions choose their algorithms.
  public var selection: AlgorithmSelection
  public var batching: BatchQueue.Configuration
  public var decodingLimits: DecodingLimits
  /// The most pixels that the images of one request may have together.
  public var maximumRequestPixels: Int
  /// Pixels that may be decoded at one time, over all requests; further images wait.
  public var maximumPixelsInFlight: Int
  public var jpegDecoding: JPEGDecoding

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

/// A model loaded, compiled and ready to classify.
public final class ServedModel: Sendable {
  public let name: String
  /// Tells it from all others, those of the same name and version included: files may be replaced.
  public let id = UUID()
  /// A whole number where the model lies in a repository.
  public let version: String
  public let network: Network
  /// One a class, in the order of the network's outputs.
  public let labels: [ClassLabel]
  public let preprocessing: Preprocessing
  public let provenance: ModelProvenance
  public let queue: BatchQueue
  let plan: ExecutionPlan
  /// Threads that compute a batch.
  public let threadCount: Int
  /// What computes: `amx`, `avx512`, `avx2`, `portable` or `reference`.
  public let kernels: String
  /// Bytes of weights in the order in which the kernels read them.
  public let weightBytes: Int
  /// Bytes of working memory that the model's instance holds.
  public let arenaBytes: Int
  let preparation: ImagePreparation
  let weightSource: WeightSource
  /// What works beside the queue and ends with it.
  let companions = ModelCompanions()
  /// Computes features of images; nil where the network has none.
  let embedder: ImageEmbedder?

  /// Compiles a version of a repository.
  ///
  /// - Throws: `WeightMismatch` or `ShapeError` where weights and network do not fit.
  public convenience init(
    _ package: ModelPackage, configuration: ServingConfiguration, decodePool: DecodePool
  ) throws {
    try self.init(
      package.contents, name: package.name, version: String(package.version), package.weightSource,
      configuration: configuration, decodePool: decodePool)
  }

  /// Compiles the network and starts its queue. The weights are held for embeddings, which need them once more.
  ///
  /// - Parameters:
  ///   - name: what answers call the model.
  ///   - version: what answers call this version of it.
  /// - Throws: `WeightMismatch` or `ShapeError` where weights and network do not fit.
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

  /// Shape of one input sample, `[C, H, W]`.
  public var inputShape: [Int] { network.inputShape.dimensions }

  /// How papers write the network, or what it calls itself where it is no published one.
  public var title: String { provenance.publication?.title ?? network.name }

  deinit {
    // The queue's thread would wait for requests that can never come.
    queue.close()
  }

  /// Computes one blank sample, so that the first client does not pay for touching memory the first time.
  public func warmUp() async throws {
    _ = try await queue.run(count: 1) { [Tensor(shape: inputShape) { _ in }] }
  }

  /// Classifies images in batches shared with other requests.
  ///
  /// - Parameter start: what times and the deadline count from.
  /// - Throws: `UndecodableImage` for the first image that cannot be decoded, `TooManyPixels`, `BatchQueueError`,
  ///   `DeadlineExceeded`, `CancellationError`.
  public func classify(
    _ images: [EncodedImage], options: ClassificationOptions = .init(), start: ContinuousClock.Instant = .now
  ) async throws -> ClassificationAnswer {
    let deadline = start + options.timeout
    return try await withDeadline(deadline) { [self] in
      let predictions = try await predictions(for: images, options, start: start, deadline: deadline)
      return ClassificationAnswer(model: name, version: version, predictions: predictions)
    }
  }

  /// Why an image that should be answered within so much time would be refused now, if it would.
  public func refusal(within timeout: Duration) -> BatchQueueError? {
    queue.refusal(of: 1, deadline: .now + timeout)
  }

  /// Refuses new requests from now on; those admitted are finished.
  public func close() {
    queue.close()
    embedder?.close()
    companions.close()
  }

  /// Closes, and returns when everything admitted is answered.
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
