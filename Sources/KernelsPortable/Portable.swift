import CIntrinsics
public import KernelTemplates

/// Four values at a time, which every x86-64 and arm64 processor has.
enum Portable: InstructionSet {
  typealias Vector = SIMD4<Float>

  @inline(__always)
  static var unrollsShortRuns: Bool { false }
  @inline(__always)
  static func squareRoot(_ a: Vector) -> Vector { convserve_square_root4(a) }
  @inline(__always)
  static func maximum(_ a: Vector, _ b: Vector) -> Vector { convserve_maximum4(a, b) }
  @inline(__always)
  static func minimum(_ a: Vector, _ b: Vector) -> Vector { convserve_minimum4(a, b) }
  @inline(__always)
  static func prefetch(_ pointer: UnsafePointer<Float>) { convserve_prefetch(pointer) }
  @inline(__always)
  static func prefetchForLater(_ pointer: UnsafePointer<Float>) { convserve_prefetch_for_later(pointer) }
}

extension KernelSet {
  public static let portable = KernelSet(
    name: "portable", Portable.self, tiles: [tiles1(Portable.self), tiles2(Portable.self).prefix(6) + []],
    weightGradients: [weightGradients1(Portable.self), weightGradients2(Portable.self).prefix(4) + []],
    sampleBlocks: .narrow(Portable.self))
}
