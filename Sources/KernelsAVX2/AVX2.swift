import CIntrinsics
public import KernelTemplates

/// 16 registers of 8 values.
enum AVX2: InstructionSet {
  typealias Vector = SIMD8<Float>

  @inline(__always)
  static var unrollsShortRuns: Bool { true }
  @inline(__always)
  static func squareRoot(_ a: Vector) -> Vector { convserve_square_root8(a) }
  @inline(__always)
  static func maximum(_ a: Vector, _ b: Vector) -> Vector { convserve_maximum8(a, b) }
  @inline(__always)
  static func minimum(_ a: Vector, _ b: Vector) -> Vector { convserve_minimum8(a, b) }
  @inline(__always)
  static func prefetch(_ pointer: UnsafePointer<Float>) { convserve_prefetch(pointer) }
  @inline(__always)
  static func prefetchForLater(_ pointer: UnsafePointer<Float>) { convserve_prefetch_for_later(pointer) }
}

extension KernelSet {
  public static let avx2 = KernelSet(
    name: "avx2", AVX2.self, tiles: [tiles1(AVX2.self), tiles2(AVX2.self).prefix(6) + []],
    weightGradients: [weightGradients1(AVX2.self), weightGradients2(AVX2.self).prefix(4) + []],
    sampleBlocks: .narrow(AVX2.self))
}
