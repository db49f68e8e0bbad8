/// One block of channels of a depthwise convolution, some of its output rows.
public struct DepthwiseArguments {
  /// `[inputHeight][inputWidth][lanes]`
  public var input: UnsafePointer<Float>
  public var geometry: WindowGeometry
  /// Output rows to compute.
  public var rows: Range<Int>
  /// `[kernelHeight * kernelWidth][lanes]`
  public var weights: UnsafePointer<Float>
  /// `[lanes]`
  public var bias: UnsafePointer<Float>
  /// `[outputHeight][outputWidth][lanes]`
  public var output: UnsafeMutablePointer<Float>
  public var epilogue: Epilogue

  @inlinable
  public init(
    input: UnsafePointer<Float>, geometry: WindowGeometry, rows: Range<Int>, weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, epilogue: Epilogue
  ) {
    self.input = input
    self.geometry = geometry
    self.rows = rows
    self.weights = weights
    self.bias = bias
    self.output = output
    self.epilogue = epilogue
  }
}

/// The windows that networks use most have kernels of their own, in which every offset is known.
@inlinable @inline(__always)
func depthwise<ISA: InstructionSet>(_: ISA.Type, _ arguments: DepthwiseArguments) {
  let geometry = arguments.geometry
  let isPlain =
    geometry.dilationHeight == 1 && geometry.dilationWidth == 1 && geometry.strideHeight == geometry.strideWidth
  switch (geometry.kernelHeight, geometry.kernelWidth, geometry.strideWidth) {
  case (3, 3, 1) where isPlain: DepthwiseSweep<ISA, 3, 1>.run(arguments)
  case (3, 3, 2) where isPlain: DepthwiseSweep<ISA, 3, 2>.run(arguments)
  case (5, 5, 1) where isPlain: DepthwiseSweep<ISA, 5, 1>.run(arguments)
  case (5, 5, 2) where isPlain: DepthwiseSweep<ISA, 5, 2>.run(arguments)
  default: anyDepthwise(ISA.self, arguments, columns: 0..<geometry.outputWidth)
  }
}

/// Any window, for the output columns `columns`.
@inlinable @inline(__always)
func anyDepthwise<ISA: InstructionSet>(_: ISA.Type, _ arguments: DepthwiseArguments, columns: Range<Int>) {
  let (lower, upper) = (ISA.broadcast(arguments.epilogue.lower), ISA.broadcast(arguments.epilogue.upper))
  let weights = arguments.weights
  WindowSweep<ISA>.run(
    input: arguments.input, geometry: arguments.geometry, rows: arguments.rows, columns: columns,
    output: arguments.output, initial: ISA.load(arguments.bias)
  ) { sum, value, tap in
    ISA.multiplyAdd(&sum, value, ISA.load(weights + tap * ISA.lanes))
  } finish: { sum, _, _ in
    ISA.clamp(sum, lower, upper)
  }
}
