public import NetworkGraph

/// Some vectors of a value that a function is applied to in place.
public struct ActivationArguments {
  public var values: UnsafeMutablePointer<Float>
  public var rows: Int
  /// Floats from one row's first vector to the next one's.
  public var rowStride: Int
  /// Vectors of a row.
  public var columns: Int
  /// Floats from one vector of a row to the next.
  public var columnStride: Int
  public var function: Activation

  @inlinable
  public init(
    _ values: UnsafeMutablePointer<Float>, rows: Int, rowStride: Int, columns: Int, columnStride: Int,
    _ function: Activation
  ) {
    self.values = values
    self.rows = rows
    self.rowStride = rowStride
    self.columns = columns
    self.columnStride = columnStride
    self.function = function
  }
}

/// Applies a function to vectors in memory.
///
@usableFromInline
enum ActivationSweep<ISA: InstructionSet> {
  // Not inlined: each of a hundred kernels would hold all functions.
  @inlinable @inline(never)
  static func run(_ arguments: ActivationArguments) {
    switch arguments.function {
    case .identity: break
    case .relu: each(arguments) { ISA.maximum($0, ISA.broadcast(0)) }
    case .relu6: each(arguments) { ISA.clamp($0, ISA.broadcast(0), ISA.broadcast(6)) }
    case .leakyReLU(let negativeSlope):
      let slope = ISA.broadcast(negativeSlope)
      each(arguments) { x in
        let zero = ISA.broadcast(0)
        return ISA.adding(ISA.maximum(x, zero), ISA.minimum(x, zero), slope)
      }
    case .hardSwish: each(arguments) { ISA.multiply($0, hardSigmoid($0)) }
    case .hardSigmoid: each(arguments) { hardSigmoid($0) }
    case .silu: each(arguments) { ISA.divide($0, onePlusExponential(negated($0))) }
    case .gelu: each(arguments) { gelu($0) }
    case .tanh: each(arguments) { tanh($0) }
    case .sigmoid: each(arguments) { sigmoid($0) }
    }
  }

  @inlinable @inline(__always)
  static func each(_ arguments: ActivationArguments, _ function: (ISA.Vector) -> ISA.Vector) {
    for row in 0..<arguments.rows {
      var values = arguments.values + row * arguments.rowStride
      for _ in 0..<arguments.columns {
        ISA.store(function(ISA.load(values)), values)
        values += arguments.columnStride
      }
    }
  }

  @inlinable @inline(__always)
  static func negated(_ x: ISA.Vector) -> ISA.Vector { ISA.subtract(ISA.broadcast(0), x) }

  /// `relu6(x + 3) / 6`
  @inlinable @inline(__always)
  static func hardSigmoid(_ x: ISA.Vector) -> ISA.Vector {
    let shifted = ISA.clamp(ISA.add(x, ISA.broadcast(3)), ISA.broadcast(0), ISA.broadcast(6))
    return ISA.multiply(shifted, ISA.broadcast(1 / 6))
  }

  @inlinable @inline(__always)
  static func onePlusExponential(_ x: ISA.Vector) -> ISA.Vector { ISA.add(exponential(x), ISA.broadcast(1)) }

  /// Off by at most 3e-7 of its size: near zero by the polynomial of Cephes' `tanhf`, elsewhere
  /// `1 - 2 / (exp(2 |x|) + 1)` with the sign of x.
  @inlinable @inline(__always)
  static func tanh(_ x: ISA.Vector) -> ISA.Vector {
    let (zero, one, two) = (ISA.broadcast(0), ISA.broadcast(1), ISA.broadcast(2))
    let magnitude = ISA.maximum(x, negated(x))
    let square = ISA.multiply(x, x)
    var sum = ISA.broadcast(-5.704_988_7e-3)
    sum = ISA.adding(ISA.broadcast(2.063_908_8e-2), sum, square)
    sum = ISA.adding(ISA.broadcast(-5.373_971_4e-2), sum, square)
    sum = ISA.adding(ISA.broadcast(1.333_144_2e-1), sum, square)
    sum = ISA.adding(ISA.broadcast(-3.333_328_5e-1), sum, square)
    let near = ISA.adding(x, ISA.multiply(sum, square), x)
    let far = ISA.subtract(one, ISA.divide(two, onePlusExponential(ISA.multiply(two, magnitude))))
    let signed = ISA.select(zero, above: x, negated(far), far)
    return ISA.select(magnitude, above: ISA.broadcast(0.625), signed, near)
  }

  @inlinable @inline(__always)
  static func sigmoid(_ x: ISA.Vector) -> ISA.Vector {
    ISA.divide(ISA.broadcast(1), onePlusExponential(negated(x)))
  }

  /// `exp(x)` within 2e-7 of its size: `2^n exp(r)` with `|r| <= ln(2) / 2`, by Taylor's series to the seventh power.
  @inlinable @inline(__always)
  static func exponential(_ x: ISA.Vector) -> ISA.Vector {
    // Beyond these, 2^n is no normal number.
    let x = ISA.clamp(x, ISA.broadcast(-87), ISA.broadcast(88))
    // Added to a number below 2^22, this leaves the nearest integer in the lowest bits.
    let rounder = ISA.broadcast(0x1.8p23)
    let shifted = ISA.adding(rounder, x, ISA.broadcast(1.442_695_04))
    let n = ISA.subtract(shifted, rounder)
    // ln(2) in two terms, of which the first has few enough bits for n times it to be exact.
    var r = ISA.adding(x, n, ISA.broadcast(-0.693_359_375))
    ISA.multiplyAdd(&r, n, ISA.broadcast(2.121_944_4e-4))
    var sum = ISA.broadcast(1 / 5040)
    sum = ISA.adding(ISA.broadcast(1 / 720), sum, r)
    sum = ISA.adding(ISA.broadcast(1 / 120), sum, r)
    sum = ISA.adding(ISA.broadcast(1 / 24), sum, r)
    sum = ISA.adding(ISA.broadcast(1 / 6), sum, r)
    sum = ISA.adding(ISA.broadcast(1 / 2), sum, r)
    sum = ISA.adding(ISA.broadcast(1), sum, r)
    sum = ISA.adding(ISA.broadcast(1), sum, r)
    return ISA.multiply(sum, ISA.powerOfTwo(lowestBitsOf: shifted))
  }

  /// `x (1 + erf(x / sqrt(2))) / 2`, off by at most 1e-7 `|x|`: `max(x, 0) - |x| q`, q being the upper tail.
  @inlinable @inline(__always)
  static func gelu(_ x: ISA.Vector) -> ISA.Vector {
    let magnitude = ISA.maximum(x, negated(x))
    // Of infinite values too, of which q is zero.
    let finite = ISA.minimum(magnitude, ISA.broadcast(.greatestFiniteMagnitude))
    return ISA.subtract(ISA.maximum(x, ISA.broadcast(0)), ISA.multiply(finite, upperTail(x)))
  }

  /// `(1 - erf(|x| / sqrt(2))) / 2`: Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, formula 7.1.26.
  @inlinable @inline(__always)
  static func upperTail(_ x: ISA.Vector) -> ISA.Vector {
    let magnitude = ISA.maximum(x, negated(x))
    let z = ISA.multiply(magnitude, ISA.broadcast(0.707_106_77))
    let t = ISA.divide(ISA.broadcast(1), ISA.adding(ISA.broadcast(1), z, ISA.broadcast(0.327_591_1)))
    var sum = ISA.broadcast(1.061_405_4)
    sum = ISA.adding(ISA.broadcast(-1.453_152_1), sum, t)
    sum = ISA.adding(ISA.broadcast(1.421_413_8), sum, t)
    sum = ISA.adding(ISA.broadcast(-0.284_496_74), sum, t)
    sum = ISA.adding(ISA.broadcast(0.254_829_6), sum, t)
    return ISA.multiply(
      ISA.multiply(ISA.multiply(sum, t), ISA.broadcast(0.5)), exponential(negated(ISA.multiply(z, z))))
  }
}
