/// Kernels for maps in blocks of samples, `[C][H][W][lanes]`, each lane a sample; as many sizes as fit the registers.
public struct SampleBlockKernels: Sendable {
  /// `tiles[positions - 1][outputs - 1]`
  public let tiles: [[SampleTileKernel]]
  /// `weightGradients[outputs - 1][taps - 1]`
  public let weightGradients: [[SampleWeightGradientKernel]]

  /// For 32 registers.
  @inlinable @inline(__always)
  public static func wide<ISA: InstructionSet>(_: ISA.Type) -> SampleBlockKernels {
    SampleBlockKernels(
      tiles: [sampleTiles1(ISA.self), sampleTiles2(ISA.self), sampleTiles3(ISA.self), sampleTiles4(ISA.self)],
      weightGradients: [
        sampleWeightGradients1(ISA.self), sampleWeightGradients2(ISA.self), sampleWeightGradients3(ISA.self),
        sampleWeightGradients4(ISA.self),
      ])
  }

  /// For 16 registers.
  @inlinable @inline(__always)
  public static func narrow<ISA: InstructionSet>(_: ISA.Type) -> SampleBlockKernels {
    SampleBlockKernels(
      tiles: [sampleTiles1(ISA.self), sampleTiles2(ISA.self)],
      weightGradients: [sampleWeightGradients1(ISA.self), sampleWeightGradients2(ISA.self)])
  }

  @inlinable
  init(tiles: [[SampleTileKernel]], weightGradients: [[SampleWeightGradientKernel]]) {
    self.tiles = tiles
    self.weightGradients = weightGradients
  }
}
