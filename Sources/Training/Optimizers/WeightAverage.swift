import InferenceRuntime

/// The average of a network's weights while they are trained.
///
/// All tensors are averaged alike, running statistics too. Izmailov et al. (2018, section 3.2) estimate them anew by a pass
/// over the data, because their weights come from a rate that stays high, far apart. Here the average is of weights at the
/// end of a falling rate, or of a few hundred steps: statistics hardly differ, and an average needs no pass, no data and
/// nothing that a resumed run could do otherwise.
final class WeightAverage {
  let averaging: WeightAveraging
  /// Weights taken in so far; below 1 there is no average yet.
  private(set) var count = 0
  private let memory: LargeBuffer
  private let vectors: Int

  init(_ averaging: WeightAveraging, for store: ParameterStore) {
    self.averaging = averaging
    vectors = averaging == .none ? 0 : (store.count + Lanes.scalarCount - 1) / Lanes.scalarCount
    memory = LargeBuffer(max(vectors, 1) * Lanes.scalarCount)
  }

  /// Called after each training step.
  func takeStep(_ store: ParameterStore, _ pool: WorkerPool) {
    guard case .exponential(let decay) = averaging else { return }
    // The first weights were drawn at random: until steps are many, they count less (TensorFlow's
    // `ExponentialMovingAverage` with `num_updates`).
    let kept = min(decay, Double(1 + count) / Double(10 + count))
    take(store, share: count == 0 ? 1 : 1 - kept, pool)
  }

  /// To be called after each epoch.
  ///
  /// - Parameter remaining: epochs that are still to come.
  func takeEpoch(_ store: ParameterStore, remaining: Int, _ pool: WorkerPool) {
    guard case .lastEpochs(let epochs) = averaging, remaining < epochs else { return }
    take(store, share: 1 / Double(count + 1), pool)
  }

  /// `a <- a + share * (w - a)`
  private func take(_ store: ParameterStore, share: Double, _ pool: WorkerPool) {
    count += 1
    let share = Float(share)
    let tasks = (vectors + UpdateChunks.taskVectors - 1) / UpdateChunks.taskVectors
    pool.run(taskCount: tasks) { [vectors, memory] _, task in
      let start = task * UpdateChunks.taskVectors
      let range = start..<min(start + UpdateChunks.taskVectors, vectors)
      let (average, weights) = (memory.pointer.lanes(from: range), store.values.lanes(from: range))
      for index in 0..<range.count {
        average[index] += (weights[index] - average[index]) * share
      }
    }
  }

  /// The weights to validate and publish: the average, or the weights themselves if there is no average yet.
  func values(of store: ParameterStore) -> UnsafePointer<Float> {
    UnsafePointer(count > 0 ? memory.pointer : store.values)
  }

  /// The average as a checkpoint stores it; empty if there is none yet.
  var vector: [Float] { count > 0 ? Array(UnsafeBufferPointer(start: memory.pointer, count: memory.count)) : [] }

  /// - Returns: false where the vector has another length.
  func restore(vector: [Float], count: Int) -> Bool {
    guard count == 0 || vector.count == memory.count else { return false }
    memory.pointer.update(from: vector, count: count == 0 ? 0 : vector.count)
    self.count = count
    return true
  }
}
