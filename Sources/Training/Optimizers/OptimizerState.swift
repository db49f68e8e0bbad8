import InferenceRuntime

/// An optimiser at work on the parameters of one network: its rule, and what it remembers of earlier steps.
///
/// Not `Sendable`: it belongs to whoever trains. A step allocates nothing, and gives the same bits for any number of
/// threads.
public final class OptimizerState {
  public let settings: OptimizerSettings
  /// Steps made so far.
  public private(set) var stepCount = 0
  private let rule: any UpdateRule
  private let chunks: UpdateChunks
  private let memories: [LargeBuffer]
  private let norm: GradientNorm

  /// - Parameters:
  ///   - frozen: names of tensors that keep their values.
  ///   - rateMultipliers: by what the rate is multiplied for tensors whose names begin with the key, such as 0.1 for
  ///     `layer1.`; the longest such key counts.
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

  /// Moves the parameters by their gradients.
  ///
  /// - Returns: the norm of all gradients before clipping, where they are clipped.
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
  /// What a checkpoint keeps, by name: vectors as long as the learned parameters.
  var vectors: [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: zip(rule.stateNames, memories).map { name, memory in
        (name, Array(UnsafeBufferPointer(start: memory.pointer, count: memory.count)))
      })
  }

  /// Goes on where another optimiser of the same settings stood.
  ///
  /// - Returns: false where a vector is missing or has another length.
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
