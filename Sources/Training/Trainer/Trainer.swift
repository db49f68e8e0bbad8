import Foundation
import InferenceRuntime
import NetworkGraph

/// Trains one network: epochs of training steps, with a validation and a checkpoint at the end of each epoch.
///
/// The result depends on the settings, the data, the first weights and the engine's algorithms alone. The number of
/// threads and the number of interruptions make no difference.
public struct Trainer {
  /// Makes the engine for a store of parameters.
  ///
  /// - `algorithms`: the algorithms that a checkpoint names, which the engine must use again; `nil` for a new run.
  public typealias EngineMaker = (_ store: ParameterStore, _ algorithms: [String: String]?) throws -> any GradientEngine

  /// The settings of the run.
  public let settings: TrainingSettings
  /// The network to train.
  public let network: Network
  /// The data of the run.
  public let data: TrainingData
  /// The name of the program that trains, for checkpoints and for the record of the version.
  public let build: String
  /// The instruction set that validates, and that the record names.
  public let kernels: ProcessorKernels
  /// The opened folder of checkpoints; `nil` for a run without checkpoints.
  public let checkpoints: CheckpointFolder?
  /// The weights that the run starts from; `nil` if they are drawn.
  public let start: TrainingStart?
  let pool: WorkerPool
  let makeEngine: EngineMaker

  /// A trainer with an engine of the caller's. Nothing is computed yet.
  ///
  /// - Parameters:
  ///   - settings: the settings of the run.
  ///   - network: the network to train.
  ///   - data: the data of the run.
  ///   - build: the name of the program that trains.
  ///   - kernels: the instruction set that validates.
  ///   - checkpoints: the opened folder of checkpoints, if the run keeps any.
  ///   - start: the weights that the run starts from, if they are not drawn.
  ///   - pool: the threads that compute.
  ///   - makeEngine: makes the engine that computes gradients.
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

  /// A trainer whose gradients a `TrainingPlan` computes. Nothing is computed yet.
  ///
  /// - Parameters:
  ///   - settings: the settings of the run.
  ///   - network: the network to train.
  ///   - data: the data of the run.
  ///   - build: the name of the program that trains.
  ///   - kernels: the instruction set that computes.
  ///   - checkpoints: the opened folder of checkpoints, if the run keeps any.
  ///   - start: the weights that the run starts from, if they are not drawn.
  ///   - choices: the algorithms that are known on this machine. New choices are added. A resumed run uses the
  ///     algorithms of its checkpoint instead.
  ///   - pool: the threads that compute.
  /// - Throws: `TrainerError.classWeights` if the number of class weights is not the number of classes.
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

  /// Trains from the first epoch, or from the checkpoint.
  ///
  /// - Parameters:
  ///   - isResuming: whether the run goes on from a checkpoint, if there is one.
  ///   - isStopping: asked after each training step. Once it returns true, the run ends with `TrainerError.stopped`.
  ///   - report: called with each event, on the calling thread. If it throws, the run ends.
  /// - Returns: the trained weights, the learning curve and the result of the test images.
  /// - Throws: `TrainerError` if loss or weights become infinite or not a number, if the number of classes does not
  ///   fit the network, and if the run is stopped. `CheckpointError` if there is a checkpoint that cannot be used, or
  ///   one and `isResuming` is false. `UnwritableFile` if a checkpoint cannot be written. `DataSetError` if the data
  ///   cannot be used. Errors of the engine and of `report`.
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

  /// Reports unreadable images that were not reported before.
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

  /// Evaluates the test images, once, when nothing is left to choose. If they cannot be used, the network is not
  /// lost.
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

/// The result of a run.
public struct TrainedNetwork: Sendable {
  /// Every tensor of the network by name, row-major: the average of the weights if the settings ask for one.
  public let weights: Weights
  /// The identifier of the run, a UUID that a resumed run keeps.
  public let run: String
  /// One record for each epoch, in order.
  public let curve: [EpochRecord]
  /// The epoch, from 1, that the weights come from, if the settings have early stopping. With `nil` the weights are
  /// those of the last epoch.
  public let bestEpoch: Int?
  /// The algorithm of each pass of each layer, if there was a choice (`GradientEngine.algorithms`).
  public let algorithms: [String: String]
  /// The result of the test images; `nil` if there are none, or if they could not be used.
  public var test: Evaluation?
}
