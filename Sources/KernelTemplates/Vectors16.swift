extension InstructionSet where Vector == SIMD16<Float> {
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
    accumulator.addProduct(a, b)
  }

  @inlinable @inline(__always)
  public static func powerOfTwo(lowestBitsOf value: Vector) -> Vector {
    unsafeBitCast(unsafeBitCast(value, to: SIMD16<UInt32>.self) &<< 23 &+ 0x3f80_0000, to: Vector.self)
  }

  @inlinable @inline(__always)
  public static func select(_ a: Vector, above b: Vector, _ value: Vector, _ otherwise: Vector) -> Vector {
    otherwise.replacing(with: value, where: a .> b)
  }

  @inlinable @inline(__always)
  public static func uniform(first: UInt32, step: UInt32, key: UInt64) -> Vector {
    let lanes = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    var bits = scrambled((lanes &* step &+ first) ^ UInt32(truncatingIfNeeded: key))
    bits = scrambled(bits ^ UInt32(truncatingIfNeeded: key >> 32))
    // 23 bits make a number from 1 to 2; half a step is added.
    return unsafeBitCast(bits &>> 9 | 0x3f80_0000, to: Vector.self) - (1 - 0x1p-24)
  }

  /// Wellons' hash `lowbias32` (2018): each bit of a counter changes every bit of the result in half of all cases.
  @inlinable @inline(__always)
  static func scrambled(_ counters: SIMD16<UInt32>) -> SIMD16<UInt32> {
    var bits = counters
    bits = (bits ^ bits &>> 16) &* 0x7feb_352d
    bits = (bits ^ bits &>> 15) &* 0x846c_a68b
    return bits ^ bits &>> 16
  }
}
