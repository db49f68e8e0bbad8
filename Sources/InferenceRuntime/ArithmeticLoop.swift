import KernelTemplates
import NetworkGraph

/// A loop of arithmetic alone: all threads of a pool run the largest register tile on values that stay in their
/// first-level caches.
///
/// Its time shows what the machine can do. Compared with earlier times, it also shows whether other processes use the
/// cores now.
final class ArithmeticLoop {
  private static let depth = 128

  private let pool: WorkerPool
  private let kernels: KernelSet
  private let vectors: Int
  private let positions: Int
  private let values: PackedWeights
  private let sums: [PackedWeights]
  private let step = IndexTable([0])

  init(_ kernels: KernelSet, pool: WorkerPool) {
    let (vectors, positions) = Self.largestTile(kernels)
    self.pool = pool
    self.kernels = kernels
    self.vectors = vectors
    self.positions = positions
    values = PackedWeights(count: Self.depth * (positions + vectors * kernels.lanes)) {
      $0.update(repeating: 1, count: 1)
    }
    sums = (0..<pool.threadCount).map { _ in PackedWeights(count: positions * vectors * kernels.lanes) { _ in } }
  }

  private static func largestTile(_ kernels: KernelSet) -> (vectors: Int, positions: Int) {
    kernels.tiles.enumerated().map { (vectors: $0 + 1, positions: $1.count) }
      .max { $0.vectors * $0.positions < $1.vectors * $1.positions }!
  }

  /// Operations of all threads together in `tiles` tiles each (1 multiply-accumulate = 2).
  func operations(tiles: Int) -> Int {
    2 * Self.depth * positions * vectors * kernels.lanes * tiles * pool.threadCount
  }

  /// How long all threads take for `tiles` tiles each.
  func time(tiles: Int) -> Duration {
    let kernel = kernels.tile(vectors: vectors, positions: positions)
    return ContinuousClock().measure {
      pool.run(taskCount: pool.threadCount) { _, task in
        let arguments = arguments(output: UnsafeMutablePointer(mutating: sums[task].pointer))
        for _ in 0..<tiles { kernel.run(arguments) }
      }
    }
  }

  private func arguments(output: UnsafeMutablePointer<Float>) -> TileArguments {
    TileArguments(
      input: values.pointer, positionStride: Self.depth, steps: step.pointer, stepCount: 1, inner: Self.depth,
      weights: values.pointer + Self.depth * positions, bias: values.pointer, addend: nil, output: output,
      outputStride: vectors * kernels.lanes, blockStride: kernels.lanes, epilogue: Epilogue(.relu6))
  }
}
