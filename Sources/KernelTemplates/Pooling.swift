/// One block of channels of a pooling layer, some of its output rows.
public struct PoolingArguments {
  /// `[inputHeight][inputWidth][lanes]`
  public var input: UnsafePointer<Float>
  public var geometry: WindowGeometry
  /// Output rows to compute.
  public var rows: Range<Int>
  /// `[outputHeight][outputWidth][lanes]`
  public var output: UnsafeMutablePointer<Float>
  /// The reciprocal of each output position's divisor, `[outputHeight][outputWidth]`; read by average pooling alone.
  public var factors: UnsafePointer<Float>?

  @inlinable
  public init(
    input: UnsafePointer<Float>, geometry: WindowGeometry, rows: Range<Int>, output: UnsafeMutablePointer<Float>,
    factors: UnsafePointer<Float>? = nil
  ) {
    self.input = input
    self.geometry = geometry
    self.rows = rows
    self.output = output
    self.factors = factors
  }
}

@inlinable @inline(__always)
func maxPooling<ISA: InstructionSet>(_: ISA.Type, _ arguments: PoolingArguments) {
  WindowSweep<ISA>.run(
    input: arguments.input, geometry: arguments.geometry, rows: arguments.rows,
    columns: 0..<arguments.geometry.outputWidth, output: arguments.output,
    initial: ISA.broadcast(-.infinity)
  ) { largest, value, _ in
    largest = ISA.maximum(largest, value)
  } finish: { largest, _, _ in
    largest
  }
}

@inlinable @inline(__always)
func averagePooling<ISA: InstructionSet>(_: ISA.Type, _ arguments: PoolingArguments) {
  let factors = arguments.factors.unsafelyUnwrapped
  let width = arguments.geometry.outputWidth
  WindowSweep<ISA>.run(
    input: arguments.input, geometry: arguments.geometry, rows: arguments.rows,
    columns: 0..<arguments.geometry.outputWidth, output: arguments.output,
    initial: ISA.broadcast(0)
  ) { sum, value, _ in
    sum = ISA.add(sum, value)
  } finish: { sum, row, column in
    ISA.multiply(sum, ISA.broadcast(factors[row * width + column]))
  }
}

/// The mean of a rectangle of one block of channels: adaptive and global average pooling.
public struct RegionMeanArguments {
  /// `[height][width][lanes]`
  public var input: UnsafePointer<Float>
  public var width: Int
  public var rows: Range<Int>
  public var columns: Range<Int>
  /// `[lanes]`
  public var output: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    input: UnsafePointer<Float>, width: Int, rows: Range<Int>, columns: Range<Int>,
    output: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.width = width
    self.rows = rows
    self.columns = columns
    self.output = output
  }
}

@inlinable @inline(__always)
func regionMean<ISA: InstructionSet>(_: ISA.Type, _ arguments: RegionMeanArguments) {
  var sum = ISA.broadcast(0)
  for row in arguments.rows {
    let line = arguments.input + row * arguments.width * ISA.lanes
    for column in arguments.columns { sum = ISA.add(sum, ISA.load(line + column * ISA.lanes)) }
  }
  let count = Float(arguments.rows.count * arguments.columns.count)
  ISA.store(ISA.multiply(sum, ISA.broadcast(1 / count)), arguments.output)
}

/// The inputs that output `index` of `count` averages in adaptive pooling over `extent` inputs, along one dimension.
@inlinable @inline(__always)
public func adaptiveRegion(_ index: Int, of count: Int, over extent: Int) -> Range<Int> {
  (index * extent) / count..<((index + 1) * extent + count - 1) / count
}
