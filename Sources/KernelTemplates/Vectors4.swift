extension InstructionSet where Vector == SIMD4<Float> {
  @inlinable @inline(__always)
  public static func broadcast(_ value: Float) -> Vector { Vector(repeating: value) }
  @inlinable @inline(__always)
  public static func add(_ a: Vector, _ b: Vector) -> Vector { a + b }
  @inlinable @inline(__always)
  public static func subtract(_ a: Vector, _ b: Vector) -> Vector { a - b }
  @inlinable @inline(__always)
  public static func multiply(_ a: Vector, _ b: Vector) -> Vector { a * b }
  @inlinable @inline(__always)
  public static func divide(_ a: Vector, _ b: Vector) -> Vector { a / b }
  @inlinable @inline(__always)
  public static func multiplyAdd(_ accumulator: inout Vector, _ a: Vector, _ b: Vector) {
    // Without fused multiply-add in the baseline of x86-64, asking for it would call libm for each value.
    #if arch(x86_64)
      accumulator += a * b
    #else
      accumulator.addProduct(a, b)
    #endif
  }

  @inlinable @inline(__always)
  public static func powerOfTwo(lowestBitsOf value: Vector) -> Vector {
    unsafeBitCast(unsafeBitCast(value, to: SIMD4<UInt32>.self) &<< 23 &+ 0x3f80_0000, to: Vector.self)
  }

  @inlinable @inline(__always)
  public static func select(_ a: Vector, above b: Vector, _ value: Vector, _ otherwise: Vector) -> Vector {
    otherwise.replacing(with: value, where: a .> b)
  }
}
