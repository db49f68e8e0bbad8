/// The kernels between decoded pixels and a network's input, for one instruction set.
///
/// Sums are fixed-point integers, so that every instruction set gives the same pixels. Vectors of sixteen 32-bit
/// numbers become as many registers as the instruction set needs.
public struct ImageKernels: Sendable {
  /// Fractional bits of a weight, as in Pillow: 8 bits of a sample and 2 for the overshoot of the cubic are left of 32.
  public static let fractionBits: Int32 = 22
  /// Input pixels that one step of a row takes; weights come in groups of as many.
  public static let groupSize = 4
  /// Rows are stored in multiples of this many pixels, since kernels read and write whole vectors.
  public static let rowAlignment = 16

  public let expandColour: @Sendable (PixelRowArguments) -> Void
  public let expandLuma: @Sendable (PixelRowArguments) -> Void
  public let resampleRows: @Sendable (RowResamplingArguments) -> Void
  public let separatePlanes: @Sendable (PixelRowArguments) -> Void
  public let resampleColumns: @Sendable (ColumnResamplingArguments) -> Void

  /// Compiles every kernel for `ISA` where it is inlined.
  ///
  /// The kernels do not need to know the instruction set, but their names do: else the linker would keep one copy of
  /// them for all.
  @inlinable @inline(__always)
  public init<ISA: InstructionSet>(_ instructions: ISA.Type) {
    expandColour = { KernelTemplates.expandColour(ISA.self, $0) }
    expandLuma = { KernelTemplates.expandLuma(ISA.self, $0) }
    resampleRows = { KernelTemplates.resampleRows(ISA.self, $0) }
    separatePlanes = { KernelTemplates.separatePlanes(ISA.self, $0) }
    resampleColumns = { KernelTemplates.resampleColumns(ISA.self, $0) }
  }
}
