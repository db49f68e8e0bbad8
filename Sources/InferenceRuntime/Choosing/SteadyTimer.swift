import KernelTemplates

/// Times steps on a machine that others compute on too.
///
/// Virtual machines share their cores with others, which makes everything take up to twice as long for a while. A run
/// is steady if plain arithmetic right before and after it is about as fast as it has ever been here.
final class SteadyTimer {
  /// What counts as fast, in the shortest time of the probe.
  private static let tolerance = 1.15
  /// About 30 microseconds of arithmetic.
  private static let probeTiles = 50
  /// Probes before the first measurement, which find out how fast an undisturbed run is.
  private static let firstProbes = 100
  /// Floats for each thread, as many as a second-level cache holds and more; and for all threads together.
  private static let (evictedCount, mostEvicted) = (1 << 20, 16 << 20)

  private let kernels: KernelSet
  private let pool: WorkerPool
  private lazy var probe = ArithmeticLoop(kernels, pool: pool)
  private lazy var evictor = LargeBuffer(evictedCount * pool.threadCount)
  private var fastestProbe = Double.infinity

  init(_ kernels: KernelSet, pool: WorkerPool) {
    self.kernels = kernels
    self.pool = pool
  }

  /// Nanoseconds of one run, and whether it was steady.
  ///
  /// Before it the threads' caches are filled with other data: in a network, a layer's weights come from memory.
  func time(_ run: () -> Void) -> (nanoseconds: Double, isSteady: Bool) {
    if fastestProbe == .infinity { for _ in 0..<Self.firstProbes { _ = probed() } }
    evict()
    let before = probed()
    let time = ContinuousClock().measure(run).nanoseconds
    return (time, max(before, probed()) <= Self.tolerance * fastestProbe)
  }

  private var evictedCount: Int { min(Self.evictedCount, Self.mostEvicted / pool.threadCount) }

  private func evict() {
    let (evictor, count) = (evictor, evictedCount)
    pool.run(taskCount: pool.threadCount) { _, part in
      let values = evictor.pointer + part * count
      for index in stride(from: 0, to: count, by: 16) { values[index] += 1 }
    }
  }

  private func probed() -> Double {
    let time = probe.time(tiles: Self.probeTiles).nanoseconds
    fastestProbe = min(fastestProbe, time)
    return time
  }
}
