/// The vectors of one instruction set, and the arithmetic that the kernels need on them.
///
/// Kernels are generic over it and inlined into one target for each instruction set, compiled with that set's flags.
/// The operations are spelled out for each width, since operators of the generic `SIMD` protocol work lane by lane.
public protocol InstructionSet: SendableMetatype {
  associatedtype Vector: SIMD where Vector.Scalar == Float

  /// Whether the tile's loops over one value and over the channels of one block are written out. A loop of few short
  /// turns ends with a mispredicted branch again and again. With sixteen turns the code that is written out costs more
  /// than the branches.
  static var unrollsShortRuns: Bool { get }

  static func broadcast(_ value: Float) -> Vector
  static func add(_ a: Vector, _ b: Vector) -> Vector
  static func subtract(_ a: Vector, _ b: Vector) -> Vector
  static func multiply(_ a: Vector, _ b: Vector) -> Vector
  static func divide(_ a: Vector, _ b: Vector) -> Vector
  /// `accumulator += a * b`
  static func multiplyAdd(_ accumulator: inout Vector, _ a: Vector, _ b: Vector)
  static func maximum(_ a: Vector, _ b: Vector) -> Vector
  static func minimum(_ a: Vector, _ b: Vector) -> Vector
  /// `value` where `a > b`, `otherwise` elsewhere, and so where one of them is not a number.
  static func select(_ a: Vector, above b: Vector, _ value: Vector, _ otherwise: Vector) -> Vector
  static func squareRoot(_ a: Vector) -> Vector
  /// `2^n` for the integer n, -126 to 127, in the lowest bits of each value.
  static func powerOfTwo(lowestBitsOf value: Vector) -> Vector
  /// Numbers spread evenly between 0 and 1, neither of them reached: one for each of the counters `first`, `first + step`,
  /// `first + 2 step` ..., the same for the same counter and key on every processor.
  static func uniform(first: UInt32, step: UInt32, key: UInt64) -> Vector
  /// Asks for a cache line before it is needed; any address will do.
  static func prefetch(_ pointer: UnsafePointer<Float>)
  /// As `prefetch`, but for later: into the second-level cache.
  static func prefetchForLater(_ pointer: UnsafePointer<Float>)
}

extension InstructionSet {
  /// Channels in one vector, and so in one block of a blocked layout.
  @inlinable @inline(__always)
  public static var lanes: Int { Vector.scalarCount }

  @inlinable @inline(__always)
  public static func load(_ pointer: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
  }

  @inlinable @inline(__always)
  public static func store(_ vector: Vector, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
  }

  /// `sum + a * b`
  @inlinable @inline(__always)
  public static func adding(_ sum: Vector, _ a: Vector, _ b: Vector) -> Vector {
    var sum = sum
    multiplyAdd(&sum, a, b)
    return sum
  }

  /// The values forced into `lower...upper`: the activations that are no more than bounds.
  @inlinable @inline(__always)
  public static func clamp(_ vector: Vector, _ lower: Vector, _ upper: Vector) -> Vector {
    minimum(maximum(vector, lower), upper)
  }
}
