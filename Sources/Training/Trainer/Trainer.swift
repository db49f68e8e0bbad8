import Foundation
import InferenceRuntime
import NetworkGraph

/// Trains one network: epochs of steps, each with validation and a checkpoint at its end.
///
/// What a run gives depends on its settings, its data and the engine's algorithms alone: not on the number of threads, and
/// not on how often it was interrupted.
public struct Trainer {
  /// Makes the engine for a store of parameters.
  ///
  /// - algorithms: what a checkpoint says that layers were computed with; nothing for a run that begins.
  public typealias EngineMaker = (_ store: ParameterStore, _ algorithms: [String: String]?) throws -> any GradientEngine

  public let settings: TrainingSettings
  public let network: Network
  public let data: TrainingData
  /// Names the program that computes, for checkpoints and provenance.
  public let build: String
  public let kernels: ProcessorKernels
  /// Opened; nothing for a run that keeps no checkpoints.
  public let checkpoints: CheckpointFolder?
  /// What the run goes out from; nothing for weights that are drawn.
  public let start: TrainingStart?
  let pool: WorkerPool
  let makeEngine: EngineMaker

  public init(
    _ settings: TrainingSettings, network: Network, data: TrainingData, build: String, kernels: ProcessorKernels,
    checkpoints: CheckpointFolder?, start: TrainingStart? = nil, pool: WorkerPool,
    makeEngine: @escaping EngineMaker
  ) {
    self.settings = settings
    self.network = network
    self.data = data
    self.build = build
    self.kernels = kernels
    self.checkpoints = checkpoints
    self.start = start
    self.pool = pool
    self.makeEngine = makeEngine
  }

  /// The trainer of a `TrainingPlan`.
  ///
  /// - Parameter choices: algorithms that are known of this machine; those that are chosen now are added. A checkpoint's
  ///   own go before them.
  public init(
    _ settings: TrainingSettings, network: Network, data: TrainingData, build: String, kernels: ProcessorKernels,
    checkpoints: CheckpointFolder?, start: TrainingStart? = nil, choices: AlgorithmChoices, pool: WorkerPool
  ) throws {
    let options = TrainingOptions(
      maximumBatch: settings.batchSize, kernels: kernels, seed: settings.seed,
      labelSmoothing: Float(settings.labelSmoothing),
      classWeights: try settings.classWeights.weights(counts: data.training.classCounts),
      frozen: start?.frozen ?? [], freezesStatistics: start?.freezesStatistics ?? false)
    self.init(
      settings, network: network, data: data, build: build, kernels: kernels, checkpoints: checkpoints, start: start,
      pool: pool
    ) { store, kept in
      let choices = kept.map { AlgorithmChoices(entries: $0) } ?? choices
      return PlanEngine(
        try TrainingPlan(network, parameters: store, options: options, choices: choices, pool: pool), choices)
    }
  }

  /// Trains from the beginning, or from the checkpoint.
  ///
  /// - Parameters:
  ///   - isResuming: goes on from the checkpoint, where there is one.
  ///   - isStopping: asked after each step; once true, the run ends with `TrainerError.stopped`.
  ///   - report: is told what happens, on the calling thread; what it throws ends the run.
  /// - Throws: `TrainerError`, `CheckpointError`, `UnwritableFile`, and what the data or the engine throw.
  public func run(
    isResuming: Bool = false, isStopping: () -> Bool = { false }, report: (TrainingEvent) throws -> Void = { _ in }
  ) throws -> TrainedNetwork {
    try validate()
    let kept = try keptCheckpoint(isResuming: isResuming)
    let initial = try start?.weights ?? settings.initialization.weights(for: network, seed: settings.seed)
    let store = try ParameterStore(network, weights: kept?.weights ?? initial)
    let engine = try makeEngine(store, kept?.progress.algorithms)
    let state = TrainingState(
      run: kept?.progress.run ?? UUID().uuidString, store: store, settings: settings, frozen: frozen)
    let identity = identity(engine)
    if let kept { try restore(state, from: kept, identity) }
    var told: Set<String> = []
    while !isOver(state) {
      state.curve.append(try epoch(state, engine, isStopping, report))
      try tell(unreadable: &told, report)
      if settings.earlyStopping != nil { state.keepIfBest() }
      try save(state, identity, engine.algorithms, report)
      try report(.epoch(state.curve[state.curve.count - 1]))
    }
    let trained = try finished(state, engine.algorithms, report)
    try tell(unreadable: &told, report)
    try report(.done(epochs: state.curve.count))
    return trained
  }

  /// Names images that nobody was told of yet.
  private func tell(unreadable told: inout Set<String>, _ report: (TrainingEvent) throws -> Void) rethrows {
    let sources = [data.training, data.validation, data.test].compactMap { $0 }
    for image in sources.flatMap(\.unreadableImages) where told.insert(image.identifier).inserted {
      try report(.unreadable(image))
    }
  }

  private func validate() throws {
    try data.validate(batchSize: settings.batchSize)
    let outputs = try network.inferShapes().output.elementsPerSample
    guard outputs == data.classes.count else {
      throw TrainerError.classes(given: data.classes.count, outputs: outputs)
    }
  }

  // MARK: Checkpoints

  private func identity(_ engine: any GradientEngine) -> RunIdentity {
    RunIdentity(
      settings: settings, tensors: engine.parameters.parameters, dropout: network.dropoutRates, data: data.fingerprint,
      start: start, build: build, kernels: kernels.rawValue, algorithms: engine.algorithms)
  }

  /// - Throws: `CheckpointError` where it is another run's.
  func keptCheckpoint(isResuming: Bool) throws -> Checkpoint? {
    guard let checkpoints, let kept = try checkpoints.load() else { return nil }
    guard isResuming else {
      throw CheckpointError.unfinished(path: checkpoints.directory.path, epochs: kept.progress.curve.count)
    }
    // Whatever of this run is known before an engine is made: of another network, not even that may be possible.
    var known = RunIdentity(
      settings: settings, tensors: [], dropout: network.dropoutRates, data: data.fingerprint, start: start,
      build: build,
      kernels: kernels.rawValue, algorithms: kept.progress.algorithms)
    known.values["tensors"] = kept.progress.identity.values["tensors"]
    try require(known, kept, checkpoints)
    return kept
  }

  private func restore(_ state: TrainingState, from kept: Checkpoint, _ identity: RunIdentity) throws {
    guard let checkpoints else { return }
    try require(identity, kept, checkpoints)
    guard state.restore(kept) else {
      throw CheckpointError.damaged(path: checkpoints.file.path, reason: "its tensors do not fit the network")
    }
  }

  private func require(_ identity: RunIdentity, _ kept: Checkpoint, _ checkpoints: CheckpointFolder) throws {
    let differences = identity.differences(from: kept.progress.identity)
    guard differences.isEmpty else {
      throw CheckpointError.different(path: checkpoints.file.path, differences: differences)
    }
  }

  private func save(
    _ state: TrainingState, _ identity: RunIdentity, _ algorithms: [String: String],
    _ report: (TrainingEvent) throws -> Void
  ) throws {
    guard let checkpoints else { return }
    try checkpoints.save(state.checkpoint(identity: identity, algorithms: algorithms))
    try report(.checkpoint(epoch: state.curve.count, path: checkpoints.file.path))
  }

  // MARK: Ends

  private func isOver(_ state: TrainingState) -> Bool {
    if state.curve.count >= settings.epochs { return true }
    guard let patience = settings.earlyStopping, let best = state.bestEpoch else { return false }
    return state.curve.count - best >= patience
  }

  /// The test images are read here, once, when nothing is left to choose. If they cannot be, the network is not lost.
  private func finished(
    _ state: TrainingState, _ algorithms: [String: String], _ report: (TrainingEvent) throws -> Void
  ) throws -> TrainedNetwork {
    let weights = state.finalWeights()
    let evaluator = Evaluator(network: network, kernels: kernels, pool: pool)
    var test: Evaluation?
    do {
      test = try data.test.map { try evaluator.evaluate(weights, on: $0) }
    } catch let error as DataSetError {
      try report(.untested(error))
    }
    return TrainedNetwork(
      weights: weights, run: state.run, curve: state.curve, bestEpoch: state.bestEpoch, algorithms: algorithms,
      test: test)
  }
}

/// What a run ends with.
public struct TrainedNetwork: Sendable {
  public let weights: Weights
  /// Tells the run from others.
  public let run: String
  public let curve: [EpochRecord]
  /// The epoch, from 1, whose weights these are, where the run could stop early; else they are the last one's.
  public let bestEpoch: Int?
  /// What the engine computed each layer with.
  public let algorithms: [String: String]
  public var test: Evaluation?
}
