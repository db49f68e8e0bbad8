import KernelTemplates

/// How output channels are cut into tiles, and output positions into runs, so that every sum has a register.
struct OutputTiling: Sendable {
  let tiles: [OutputTile]
  private let limits: [Int]

  /// Vectors of the widest tile.
  let mostVectors: Int

  /// Even tiles of as many blocks as `kernels` can take: 5 blocks make 3 and 2, not 4 and 1.
  init(blocks: Int, kernels: KernelSet) {
    limits = kernels.tiles.map(\.count)
    let count = (blocks + limits.count - 1) / limits.count
    tiles = (0..<count).map { index in
      let first = blocks * index / count
      return OutputTile(firstBlock: first, vectors: blocks * (index + 1) / count - first)
    }
    mostVectors = tiles.map(\.vectors).max()!
  }

  /// Blocks of all tiles.
  var blockCount: Int { tiles.reduce(0) { $0 + $1.vectors } }

  func runCount(of count: Int, vectors: Int) -> Int { (count + limits[vectors - 1] - 1) / limits[vectors - 1] }

  /// `count` positions in even runs, each as long as a tile of `vectors` vectors can take.
  func runs(of count: Int, vectors: Int) -> [Range<Int>] {
    let runs = runCount(of: count, vectors: vectors)
    return (0..<runs).map { count * $0 / runs..<count * ($0 + 1) / runs }
  }
}
