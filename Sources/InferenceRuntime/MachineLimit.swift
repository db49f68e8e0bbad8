/// What this machine's processor can do, measured, to hold the engine's times against.
public enum MachineLimit {
  /// Most f32 operations in a second, in 10^9 (1 multiply-accumulate = 2), of the threads of `pool` when they do nothing
  /// but arithmetic.
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
