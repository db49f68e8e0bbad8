/// The arithmetic peak of this machine, measured. Reports compare the engine's times with this peak.
public enum MachineLimit {
  /// Measures how many f32 operations the threads of a pool compute in a second when they do nothing but arithmetic.
  ///
  /// All threads run the largest register tile of the kernels on values that stay in their first-level caches. The
  /// fastest of many runs counts. The measurement takes about half a second, which is long enough for the clock
  /// frequency to rise.
  ///
  /// - Parameters:
  ///   - processor: the kernels to measure. This processor must support them (`ProcessorKernels.isSupported`).
  ///   - pool: the threads that compute. Their throughput is added up.
  /// - Returns: 10^9 operations a second. One multiply-accumulate counts as two operations.
  public static func gigaflops(_ processor: ProcessorKernels, pool: WorkerPool) -> Double {
    let loop = ArithmeticLoop(processor.kernels, pool: pool)
    let tiles = 4000
    // Long enough for the clock to rise and for threads that other libraries have started to fall asleep.
    let end = ContinuousClock.now + .milliseconds(500)
    var best = Duration.seconds(1)
    while ContinuousClock.now < end { best = min(best, loop.time(tiles: tiles)) }
    return Double(loop.operations(tiles: tiles)) / best.nanoseconds
  }
}
