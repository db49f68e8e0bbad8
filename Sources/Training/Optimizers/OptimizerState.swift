import InferenceRuntime

/// An optimiser of one network's parameters: the update rule and its state, such as Adam's moving averages.
///
/// An update allocates nothing, and gives the same bits on any number of threads. An optimiser is not `Sendable`: one
/// thread at a time may use it.
public final class OptimizerState {
  /// The update rule and its hyperparameters.
  public let settings: OptimizerSettings
  /// The number of updates so far, those before a resumed checkpoint included.
  public private(set) var stepCount = 0
  private let rule: any UpdateRule
  private let chunks: UpdateChunks
  private let memories: [LargeBuffer]
  private let norm: GradientNorm

  /// An optimiser whose state is 0.
  ///
  /// - Parameters:
  ///   - settings: the update rule and its hyperparameters.
  ///   - store: the parameters of the network.
  ///   - frozen: the names of tensors that keep their values.
  ///   - rateMultipliers: factors of the learning rate by the beginning of tensors' names, such as 0.1 for `layer1.`.
  ///     If several beginnings fit a name, the longest one counts.
  public init(
    _ settings: OptimizerSettings, for store: ParameterStore, frozen: Set<String> = [],
    rateMultipliers: [String: Double] = [:]
  ) {
    self.settings = settings
    rule = settings.rule
    chunks = UpdateChunks(store.parameters, settings, frozen: frozen, rateMultipliers: rateMultipliers)
    memories = rule.stateNames.map { _ in LargeBuffer(max(store.learnedCount, 1)) }
    norm = GradientNorm(chunks)
  }

  /// Changes the parameters by their gradients, once.
  ///
  /// - Parameters:
  ///   - store: the parameters that the optimiser was made for, with their gradients.
  ///   - rate: the learning rate of this step.
  ///   - pool: the threads that share the work.
  /// - Returns: the Euclidean norm of all gradients before clipping; `nil` if the settings do not clip.
  @discardableResult
  public func update(_ store: ParameterStore, rate: Double, pool: WorkerPool) -> Double? {
    stepCount += 1
    let length = settings.gradientClipping.map { _ in norm.of(store, pool) }
    let scale = Float(Self.scale(norm: length, clippedTo: settings.gradientClipping))
    let step = stepCount
    pool.run(taskCount: chunks.tasks.count) { [self] _, task in
      for index in chunks.tasks[task] {
        let run = chunks.runs[index]
        rule.update(piece(run, store, scale), step: step, rate: rate * run.rateMultiplier)
      }
    }
    return length
  }

  /// PyTorch's `clip_grad_norm_`: never longer than the limit, with 1e-6 against a division by zero.
  private static func scale(norm: Double?, clippedTo limit: Double?) -> Double {
    guard let norm, let limit else { return 1 }
    return min(1, limit / (norm + 1e-6))
  }

  private func piece(_ run: UpdateChunks.Run, _ store: ParameterStore, _ scale: Float) -> UpdatePiece {
    UpdatePiece(
      count: run.range.count, values: store.values.lanes(from: run.range),
      gradients: UnsafePointer(store.gradients.lanes(from: run.range)),
      states: (state(0, run.range), state(1, run.range)), decay: run.decay, gradientScale: scale)
  }

  private func state(_ index: Int, _ range: Range<Int>) -> UnsafeMutablePointer<Lanes>? {
    index < memories.count ? memories[index].pointer.lanes(from: range) : nil
  }
}

extension OptimizerState {
  /// The state vectors that a checkpoint stores, by name. Each is as long as the learned parameters.
  var vectors: [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: zip(rule.stateNames, memories).map { name, memory in
        (name, Array(UnsafeBufferPointer(start: memory.pointer, count: memory.count)))
      })
  }

  /// Restores the state vectors and the step count of another optimiser with the same settings.
  ///
  /// - Returns: `false` if a vector is missing or has another length.
  func restore(vectors: [String: [Float]], stepCount: Int) -> Bool {
    for (name, memory) in zip(rule.stateNames, memories) {
      guard let vector = vectors[name], vector.count == memory.count else { return false }
      memory.pointer.update(from: vector, count: vector.count)
    }
    self.stepCount = stepCount
    return true
  }
}

extension UnsafeMutablePointer<Float> {
  /// The vectors of a range of them, in memory that begins on the boundary of one.
  func lanes(from range: Range<Int>) -> UnsafeMutablePointer<Lanes> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: Lanes.self) + range.lowerBound
  }
}
