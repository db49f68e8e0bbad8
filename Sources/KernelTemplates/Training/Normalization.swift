/// One block of channels of one map on its way through batch normalisation, and what is fused with it.
public struct NormalizationArguments {
  /// `[vectors][lanes]`
  public var values: UnsafePointer<Float>
  public var vectors: Int
  /// `[lanes]`: results are `value * scale + shift`.
  public var scale: UnsafePointer<Float>
  public var shift: UnsafePointer<Float>
  /// `[vectors][lanes]`, added to the results.
  public var addend: UnsafePointer<Float>?
  /// Results are forced into `lower...upper`.
  public var lower: Float
  public var upper: Float
  /// `[vectors][lanes]`; may be `values` or `addend`.
  public var output: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    values: UnsafePointer<Float>, vectors: Int, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    addend: UnsafePointer<Float>?, lower: Float, upper: Float, output: UnsafeMutablePointer<Float>
  ) {
    self.values = values
    self.vectors = vectors
    self.scale = scale
    self.shift = shift
    self.addend = addend
    self.lower = lower
    self.upper = upper
    self.output = output
  }
}

@usableFromInline
enum Normalization<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: NormalizationArguments) {
    let (scale, shift) = (ISA.load(arguments.scale), ISA.load(arguments.shift))
    let (lower, upper) = (ISA.broadcast(arguments.lower), ISA.broadcast(arguments.upper))
    let (values, output) = (arguments.values, arguments.output)
    if let addend = arguments.addend {
      for place in stride(from: 0, to: arguments.vectors * ISA.lanes, by: ISA.lanes) {
        let value = ISA.add(ISA.adding(shift, ISA.load(values + place), scale), ISA.load(addend + place))
        ISA.store(ISA.clamp(value, lower, upper), output + place)
      }
    } else {
      for place in stride(from: 0, to: arguments.vectors * ISA.lanes, by: ISA.lanes) {
        ISA.store(ISA.clamp(ISA.adding(shift, ISA.load(values + place), scale), lower, upper), output + place)
      }
    }
  }
}
