import KernelTemplates

/// What this machine's processor can do, measured, to hold the engine's times against.
public enum MachineLimit {
  /// Most f32 operations in a second, in 10^9 (1 multiply-accumulate = 2), of `threads` threads that run the largest
  /// tile on values that stay in the first-level cache.
  public static func gigaflops(_ processor: ProcessorKernels, threads: Int) -> Double {
    let kernels = processor.kernels
    let (vectors, positions) = largestTile(kernels)
    let depth = 128
    let repeats = 4000
    let pool = WorkerPool(threadCount: threads)
    let values = PackedWeights(count: depth * (positions + vectors * kernels.lanes)) {
      $0.update(repeating: 1, count: 1)
    }
    let sums = (0..<threads).map { _ in PackedWeights(count: positions * vectors * kernels.lanes) { _ in } }
    let step = IndexTable([0])
    let kernel = kernels.tile(vectors: vectors, positions: positions)
    // Long enough for the clock to rise and for threads that other libraries have started to fall asleep.
    let end = ContinuousClock.now + .milliseconds(500)
    var best = Duration.seconds(1)
    while ContinuousClock.now < end {
      let time = ContinuousClock().measure {
        pool.run(taskCount: threads) { _, task in
          let output = UnsafeMutablePointer(mutating: sums[task].pointer)
          for _ in 0..<repeats {
            kernel.run(
              TileArguments(
                input: values.pointer, positionStride: depth, steps: step.pointer, stepCount: 1, inner: depth,
                weights: values.pointer + depth * positions, bias: values.pointer, residual: nil, output: output,
                outputStride: vectors * kernels.lanes, blockStride: kernels.lanes, lower: -1, upper: 1))
          }
        }
      }
      best = min(best, time)
    }
    let seconds = Double(best.components.seconds) + Double(best.components.attoseconds) / 1e18
    return 2 * Double(depth * positions * vectors * kernels.lanes * repeats * threads) / seconds / 1e9
  }

  private static func largestTile(_ kernels: KernelSet) -> (vectors: Int, positions: Int) {
    kernels.tiles.enumerated().map { (vectors: $0 + 1, positions: $1.count) }
      .max { $0.vectors * $0.positions < $1.vectors * $1.positions }!
  }
}
