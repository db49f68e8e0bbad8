import CIntrinsics
public import KernelTemplates
import KernelsPortable

/// Sixteen values at a time, compiled for what every processor has: four registers for each vector.
private enum Portable16: InstructionSet {
  typealias Vector = SIMD16<Float>

  @inline(__always)
  static var unrollsShortRuns: Bool { false }
  @inline(__always)
  static func multiplyAdd(_ accumulator: inout Vector, _ a: Vector, _ b: Vector) {
    // Without fused multiply-add in the baseline of x86-64, asking for it would call libm for each value.
    #if arch(x86_64)
      accumulator += a * b
    #else
      accumulator.addProduct(a, b)
    #endif
  }
  @inline(__always)
  static func squareRoot(_ a: Vector) -> Vector { convserve_square_root16(a) }
  @inline(__always)
  static func maximum(_ a: Vector, _ b: Vector) -> Vector { convserve_maximum16(a, b) }
  @inline(__always)
  static func minimum(_ a: Vector, _ b: Vector) -> Vector { convserve_minimum16(a, b) }
  @inline(__always)
  static func prefetch(_ pointer: UnsafePointer<Float>) { convserve_prefetch(pointer) }
  @inline(__always)
  static func prefetchForLater(_ pointer: UnsafePointer<Float>) { convserve_prefetch_for_later(pointer) }
}

extension KernelSet {
  /// Blocks of 16 channels, and split products in plain Swift, on every processor: the algorithms that are for AMX run
  /// on these kernels where there is no AMX.
  public static let plainSplit = KernelSet(
    name: "portable16", Portable16.self, tiles: [tiles1(Portable16.self), tiles2(Portable16.self).prefix(4) + []],
    weightGradients: [weightGradients1(Portable16.self), weightGradients2(Portable16.self).prefix(4) + []],
    sampleBlocks: .narrow(Portable16.self)
  ).adding(.plain, name: "plain-split")
}
