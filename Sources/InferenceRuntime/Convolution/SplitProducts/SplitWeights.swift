import KernelTemplates

/// Weights as split products read them.
enum SplitWeights {
  /// The reason why a kernel set without split products cannot compute the convolution.
  static func missingKernels(_ kernels: KernelSet) -> String {
    "the kernels \(kernels.name) multiply no tiles of bfloat16"
  }

  /// Blocks of output channels, two at a time.
  static func tiles(blocks: Int) -> [OutputTile] {
    stride(from: 0, to: blocks, by: SplitProductKernels.mostTiles).map {
      OutputTile(firstBlock: $0, vectors: min(SplitProductKernels.mostTiles, blocks - $0))
    }
  }

  /// `[tile][panel]` of what `splitWeights` makes, each of whole chunks.
  ///
  /// - Parameter whole: fills zeros with `[tile][panel][depth][vectors][16]`.
  static func pack(
    tiles: [OutputTile], panels: Int, depth: Int, whole: (UnsafeMutablePointer<Float>) -> Void
  ) -> PackedWeights {
    let width = tiles.reduce(0) { $0 + $1.vectors } * SplitProductKernels.edge
    let splitDepth = chunkCount(depth) * SplitProductKernels.chunk
    let source = PackedWeights(count: panels * depth * width, pack: whole)
    return PackedWeights(count: panels * splitDepth * width) { target in
      var (from, to) = (source.pointer, target)
      for tile in tiles {
        for _ in 0..<panels {
          splitWeights(from, depth: depth, vectors: tile.vectors, into: to)
          from += depth * tile.vectors * SplitProductKernels.edge
          to += splitDepth * tile.vectors * SplitProductKernels.edge
        }
      }
    }
  }

  /// Chunks that `depth` inputs take.
  static func chunkCount(_ depth: Int) -> Int {
    (depth + SplitProductKernels.chunk - 1) / SplitProductKernels.chunk
  }
}
