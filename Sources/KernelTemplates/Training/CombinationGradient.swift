/// One block of channels of a map that was combined with one factor for each channel, on its way back.
public struct CombinationGradientArguments {
  public enum Operation: Sendable {
    /// The layer computed `value * factor`.
    case multiply
    /// The layer computed `value` where positive, `value * factor` elsewhere.
    case scaleNegative
  }

  public var operation: Operation
  /// `[vectors][lanes]`: what the layer took.
  public var values: UnsafePointer<Float>
  /// `[lanes]`
  public var factors: UnsafePointer<Float>
  /// `[vectors][lanes]`: the gradient of what the layer gave.
  public var gradient: UnsafePointer<Float>
  public var vectors: Int
  /// `[vectors][lanes]`: where the gradient of the values goes, if it is asked for; may be `gradient`.
  public var result: UnsafeMutablePointer<Float>?
  /// `[lanes]`: where the gradient of the factors goes.
  public var sums: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    _ operation: Operation, values: UnsafePointer<Float>, factors: UnsafePointer<Float>,
    gradient: UnsafePointer<Float>, vectors: Int, result: UnsafeMutablePointer<Float>?,
    sums: UnsafeMutablePointer<Float>
  ) {
    self.operation = operation
    self.values = values
    self.factors = factors
    self.gradient = gradient
    self.vectors = vectors
    self.result = result
    self.sums = sums
  }
}

@usableFromInline
enum CombinationGradient<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: CombinationGradientArguments) {
    let (zero, factor) = (ISA.broadcast(0), ISA.load(arguments.factors))
    switch arguments.operation {
    case .multiply:
      each(arguments) { value, gradient in
        (result: ISA.multiply(gradient, factor), counted: value)
      }
    case .scaleNegative:
      each(arguments) { value, gradient in
        (
          result: ISA.select(value, above: zero, gradient, ISA.multiply(gradient, factor)),
          counted: ISA.select(value, above: zero, zero, value)
        )
      }
    }
  }

  /// Stores the results, and sums up the products of `counted` and the gradient.
  @inlinable @inline(__always)
  static func each(
    _ arguments: CombinationGradientArguments,
    _ body: (_ value: ISA.Vector, _ gradient: ISA.Vector) -> (result: ISA.Vector, counted: ISA.Vector)
  ) {
    var sums = Quartet<ISA>()
    Quartet<ISA>.sweep(arguments.vectors) { index, part in
      let place = index * ISA.lanes
      let gradient = ISA.load(arguments.gradient + place)
      let (result, counted) = body(ISA.load(arguments.values + place), gradient)
      sums.addProduct(counted, gradient, part)
      if let results = arguments.result { ISA.store(result, results + place) }
    }
    ISA.store(sums.total, arguments.sums)
  }
}
