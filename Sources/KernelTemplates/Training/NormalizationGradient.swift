/// One block of channels of one map on its way back through batch normalisation.
///
/// With `z = value * scale + shift` the layer's result before an activation that is no more than bounds, `g` is the
/// gradient with respect to `z`: the output's gradient where the bounds did not hold the result back, zero elsewhere.
public struct NormalizationGradientArguments {
  /// How `g` follows from the gradient that is given.
  public enum Source {
    /// It is given.
    case plain
    /// Zero where `z` is not between the bounds.
    case result
    /// Zero where the output is not between the bounds; `g` is stored.
    case output(UnsafePointer<Float>, stored: UnsafeMutablePointer<Float>)
  }

  /// `[vectors][lanes]`: what was normalised.
  public var values: UnsafePointer<Float>
  public var gradient: UnsafePointer<Float>
  public var vectors: Int
  public var source: Source
  /// `[lanes]` each.
  public var scale: UnsafePointer<Float>
  public var shift: UnsafePointer<Float>
  public var mean: UnsafePointer<Float>
  public var lower: Float
  public var upper: Float
  /// For `sums`, `[2][lanes]`: the sum of `g`, and of `g * (value - mean)`.
  public var sums: UnsafeMutablePointer<Float>
  /// For `run`, `[3][lanes]`: a, b and c of `a g + b (value - mean) + c`, the gradient of a value.
  public var factors: UnsafePointer<Float>
  /// `[vectors][lanes]`; may be `gradient`.
  public var result: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    values: UnsafePointer<Float>, gradient: UnsafePointer<Float>, vectors: Int, source: Source,
    scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, mean: UnsafePointer<Float>, lower: Float, upper: Float,
    sums: UnsafeMutablePointer<Float>, factors: UnsafePointer<Float>, result: UnsafeMutablePointer<Float>
  ) {
    self.values = values
    self.gradient = gradient
    self.vectors = vectors
    self.source = source
    self.scale = scale
    self.shift = shift
    self.mean = mean
    self.lower = lower
    self.upper = upper
    self.sums = sums
    self.factors = factors
    self.result = result
  }
}

@usableFromInline
enum NormalizationGradient<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func sums(_ arguments: NormalizationGradientArguments) {
    switch arguments.source {
    case .plain: sums(arguments) { _, _, gradient in gradient }
    case .result: sums(arguments, masked(arguments))
    case .output(let output, let stored):
      let (lower, upper) = (ISA.broadcast(arguments.lower), ISA.broadcast(arguments.upper))
      sums(arguments) { place, _, gradient in
        let masked = between(ISA.load(output + place), lower, upper, gradient)
        ISA.store(masked, stored + place)
        return masked
      }
    }
  }

  @inlinable @inline(__always)
  static func sums(
    _ arguments: NormalizationGradientArguments,
    _ source: (_ place: Int, _ value: ISA.Vector, _ gradient: ISA.Vector) -> ISA.Vector
  ) {
    let mean = ISA.load(arguments.mean)
    var (sums, products) = (Quartet<ISA>(), Quartet<ISA>())
    Quartet<ISA>.sweep(arguments.vectors) { index, part in
      let place = index * ISA.lanes
      let value = ISA.load(arguments.values + place)
      let gradient = source(place, value, ISA.load(arguments.gradient + place))
      sums.add(gradient, part)
      products.addProduct(gradient, ISA.subtract(value, mean), part)
    }
    ISA.store(sums.total, arguments.sums)
    ISA.store(products.total, arguments.sums + ISA.lanes)
  }

  /// The gradient of the values, once the sums over the batch are known. The source must not be `output`.
  @inlinable @inline(__always)
  static func run(_ arguments: NormalizationGradientArguments) {
    switch arguments.source {
    case .plain, .output: run(arguments) { _, _, gradient in gradient }
    case .result: run(arguments, masked(arguments))
    }
  }

  @inlinable @inline(__always)
  static func run(
    _ arguments: NormalizationGradientArguments,
    _ source: (_ place: Int, _ value: ISA.Vector, _ gradient: ISA.Vector) -> ISA.Vector
  ) {
    let mean = ISA.load(arguments.mean)
    let a = ISA.load(arguments.factors)
    let b = ISA.load(arguments.factors + ISA.lanes)
    let c = ISA.load(arguments.factors + 2 * ISA.lanes)
    for place in stride(from: 0, to: arguments.vectors * ISA.lanes, by: ISA.lanes) {
      let value = ISA.load(arguments.values + place)
      let gradient = source(place, value, ISA.load(arguments.gradient + place))
      let shared = ISA.adding(c, b, ISA.subtract(value, mean))
      ISA.store(ISA.adding(shared, a, gradient), arguments.result + place)
    }
  }

  /// As the forward pass has it, to the last bit.
  @inlinable @inline(__always)
  static func masked(
    _ arguments: NormalizationGradientArguments
  ) -> (_ place: Int, _ value: ISA.Vector, _ gradient: ISA.Vector) -> ISA.Vector {
    let (scale, shift) = (ISA.load(arguments.scale), ISA.load(arguments.shift))
    let (lower, upper) = (ISA.broadcast(arguments.lower), ISA.broadcast(arguments.upper))
    return { _, value, gradient in between(ISA.adding(shift, value, scale), lower, upper, gradient) }
  }

  /// `value` where `lower < x < upper`, zero elsewhere.
  @inlinable @inline(__always)
  static func between(
    _ x: ISA.Vector, _ lower: ISA.Vector, _ upper: ISA.Vector, _ value: ISA.Vector
  ) -> ISA.Vector {
    let zero = ISA.broadcast(0)
    return ISA.select(x, above: lower, ISA.select(upper, above: x, value, zero), zero)
  }
}
