import InferenceRuntime

/// The Euclidean norm of all gradients together (Pascanu, Mikolov and Bengio, 2013, algorithm 1).
///
/// Each task sums in double precision, in an order of its own that is always the same, and the sums are added in the order
/// of the tasks: any number of threads gives the same bits.
///
/// `@unchecked Sendable`: each task writes its own sum, and all are done when they are read.
final class GradientNorm: @unchecked Sendable {
  private let chunks: UpdateChunks
  private let sums: UnsafeMutablePointer<Double>

  init(_ chunks: UpdateChunks) {
    self.chunks = chunks
    sums = .allocate(capacity: max(chunks.tasks.count, 1))
    sums.initialize(repeating: 0, count: max(chunks.tasks.count, 1))
  }

  deinit { sums.deallocate() }

  func of(_ store: ParameterStore, _ pool: WorkerPool) -> Double {
    pool.run(taskCount: chunks.tasks.count) { [self] _, task in
      sums[task] = chunks.tasks[task].reduce(0) { $0 + Self.squares(store.gradients, chunks.runs[$1].range) }
    }
    return (0..<chunks.tasks.count).reduce(0) { $0 + sums[$1] }.squareRoot()
  }

  private static func squares(_ gradients: UnsafeMutablePointer<Float>, _ range: Range<Int>) -> Double {
    let vectors = gradients.lanes(from: range)
    var sum = SIMD16<Double>()
    for index in 0..<range.count {
      let values = SIMD16<Double>(vectors[index])
      sum += values * values
    }
    return sum.sum()
  }
}
