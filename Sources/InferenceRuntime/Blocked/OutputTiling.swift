import KernelTemplates

/// How output channels are cut into tiles, and output positions into runs, so that every sum has a register.
struct OutputTiling: Sendable {
  let tiles: [OutputTile]
  private let limits: [Int]

  /// Vectors of the widest tile.
  let mostVectors: Int

  /// Even tiles of as many blocks as `kernels` can take.
  init(blocks: Int, kernels: KernelSet) {
    limits = kernels.tiles.map(\.count)
    tiles = evenParts(of: blocks, most: limits.count).map {
      OutputTile(firstBlock: $0.lowerBound, vectors: $0.count)
    }
    mostVectors = tiles.map(\.vectors).max()!
  }

  /// Blocks of all tiles.
  var blockCount: Int { tiles.reduce(0) { $0 + $1.vectors } }

  func runCount(of count: Int, vectors: Int) -> Int { (count + limits[vectors - 1] - 1) / limits[vectors - 1] }

  /// `count` positions in even runs, each as long as a tile of `vectors` vectors can take.
  func runs(of count: Int, vectors: Int) -> [Range<Int>] {
    evenParts(of: count, most: limits[vectors - 1])
  }
}
