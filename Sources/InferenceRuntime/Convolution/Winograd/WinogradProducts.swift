import KernelTemplates
import NetworkGraph

/// The products of transformed values and transformed kernels: for each frequency a product of matrices, tiles by input
/// channels times input channels by output channels.
struct WinogradProducts: Sendable {
  private let kernels: KernelSet
  private let tiling: OutputTiling
  private let packed: PackedWeights
  private let frequencies: Int
  let inputBlocks: Int
  /// Tiles that a row of transformed values, and one of sums, has room for.
  private let tileRoom: Int
  /// Offset of each block of input channels among the transformed values of one frequency.
  private let steps: IndexTable

  private var lanes: Int { kernels.lanes }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }

  /// Whether the weights are more than the cache keeps from one task to the next.
  private var prefetchesWeights: Bool { packed.count > SecondLevelCache.residentCount }

  /// - Parameter packed: transformed weights, as `WinogradConvolutionStep.pack` makes them.
  init(
    _ problem: ConvolutionProblem, packed: PackedWeights, frequencies: Int, tiling: OutputTiling, tileRoom: Int,
    kernels: KernelSet
  ) {
    let lanes = kernels.lanes
    self.kernels = kernels
    self.tiling = tiling
    self.packed = packed
    self.frequencies = frequencies
    self.tileRoom = tileRoom
    inputBlocks = blockCount(problem.inputChannels, lanes: lanes)
    steps = IndexTable((0..<inputBlocks).map { $0 * tileRoom * lanes })
  }

  /// The sums of one frequency for one tile of output channels, part by part of the input channels: of so many that their
  /// weights stay in the cache for all tiles.
  ///
  /// - Parameters:
  ///   - transformed: `[input block][tile][lanes]`
  ///   - sums: `[vector][tile][lanes]`
  func multiply(
    _ transformed: UnsafePointer<Float>, tileCount: Int, _ channels: OutputTile, frequency: Int,
    into sums: UnsafeMutablePointer<Float>
  ) {
    let blockWeights = lanes * channels.vectors * lanes
    let parts = FirstLevelCache.partCount(of: inputBlocks * blockWeights)
    var weights =
      packed.pointer + frequencies * inputBlocks * lanes * channels.firstBlock * lanes
      + frequency * inputBlocks * blockWeights
    for part in 0..<parts {
      let blocks = evenPart(part, of: parts, of: inputBlocks)
      multiply(
        blocks, of: transformed, tileCount: tileCount, weights, vectors: channels.vectors, into: sums)
      weights += blocks.count * blockWeights
    }
  }

  /// Adds the products of some blocks of input channels to those of the blocks before them.
  private func multiply(
    _ blocks: Range<Int>, of transformed: UnsafePointer<Float>, tileCount: Int, _ weights: UnsafePointer<Float>,
    vectors: Int, into sums: UnsafeMutablePointer<Float>
  ) {
    let isFirst = blocks.lowerBound == 0
    let runs = tiling.runCount(of: tileCount, vectors: vectors)
    for run in 0..<runs {
      let first = tileCount * run / runs
      let output = sums + first * lanes
      var arguments = TileArguments(
        input: transformed + first * lanes, positionStride: lanes, steps: steps.pointer + blocks.lowerBound,
        stepCount: blocks.count, inner: lanes, weights: weights, bias: isFirst ? PackedWeights.zeros.pointer : nil,
        addend: isFirst ? nil : UnsafePointer(output), output: output, outputStride: lanes,
        blockStride: tileRoom * lanes, epilogue: .none)
      if prefetchesWeights { arguments.prefetchWeights(behind: vectors, lanes: lanes, run: run, runs: runs) }
      let positions = tileCount * (run + 1) / runs - first
      kernels.prefetchingTile(vectors: vectors, positions: positions).run(arguments)
    }
  }
}
