/// One row of one plane at another height, written as numbers of a network's input.
public struct ColumnResamplingArguments {
  /// The first row of samples that counts; readable up to the next multiple of `ImageKernels.rowAlignment`.
  public var source: UnsafePointer<UInt8>
  /// Bytes from one row to the next.
  public var sourceStride: Int
  /// One for each row that counts.
  public var weights: UnsafePointer<Int32>
  public var weightCount: Int
  /// `value = sample * factor + summand`
  public var factor: Float
  public var summand: Float
  /// `[width]`; nothing behind it is written.
  public var target: UnsafeMutablePointer<Float>
  public var width: Int

  @inlinable
  public init(
    source: UnsafePointer<UInt8>, sourceStride: Int, weights: UnsafePointer<Int32>, weightCount: Int, factor: Float,
    summand: Float, target: UnsafeMutablePointer<Float>, width: Int
  ) {
    self.source = source
    self.sourceStride = sourceStride
    self.weights = weights
    self.weightCount = weightCount
    self.factor = factor
    self.summand = summand
    self.target = target
    self.width = width
  }
}

@inlinable @inline(__always)
func resampleColumns<ISA: InstructionSet>(_: ISA.Type, _ arguments: ColumnResamplingArguments) {
  let factor = SIMD16<Float>(repeating: arguments.factor)
  let summand = SIMD16<Float>(repeating: arguments.summand)
  for x in stride(from: 0, to: arguments.width, by: ImageKernels.rowAlignment) {
    var sums = Sums(repeating: half)
    for tap in 0..<arguments.weightCount {
      let row = arguments.source + (tap &* arguments.sourceStride &+ x)
      sums &+= widened(row) &* Sums(repeating: arguments.weights[tap])
    }
    // Two roundings rather than a fused one, which the portable instruction set would have to call for.
    let values = converted(samples(sums)) * factor + summand
    let rest = arguments.width &- x
    if rest >= ImageKernels.rowAlignment {
      UnsafeMutableRawPointer(arguments.target + x).storeBytes(of: values, as: SIMD16<Float>.self)
    } else {
      for lane in 0..<rest { arguments.target[x &+ lane] = values[lane] }
    }
  }
}
