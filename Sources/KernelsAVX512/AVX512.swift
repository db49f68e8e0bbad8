import CIntrinsics
public import KernelTemplates

/// 32 registers of 16 values.
enum AVX512: InstructionSet {
  typealias Vector = SIMD16<Float>

  @inline(__always)
  static var unrollsShortRuns: Bool { false }
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
  public static let avx512 = KernelSet(
    name: "avx512", AVX512.self,
    tiles: [tiles1(AVX512.self), tiles2(AVX512.self), tiles3(AVX512.self), tiles4(AVX512.self)],
    prefetchingTiles: prefetchingTiles4(AVX512.self),
    weightGradients: [weightGradients1(AVX512.self), weightGradients2(AVX512.self), weightGradients3(AVX512.self)],
    sampleBlocks: .wide(AVX512.self))
}
