/// Local response normalisation over the channels of some positions, with the exponent 3/4 that every published
/// network uses.
public struct ResponseNormalizationArguments {
  /// `[blocks][area][lanes]`
  public var input: UnsafePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  public var blocks: Int
  /// From one block of channels to the next, in the input and in the output.
  public var inputBlockStride: Int
  public var outputBlockStride: Int
  public var positions: Range<Int>
  /// Channels in a neighbourhood.
  public var size: Int
  /// `alpha / size`
  public var scale: Float
  public var k: Float
  /// Room for `blocks * lanes + size` values, all zero before and after.
  public var squares: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, blocks: Int, inputBlockStride: Int,
    outputBlockStride: Int, positions: Range<Int>, size: Int, scale: Float, k: Float,
    squares: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.output = output
    self.blocks = blocks
    self.inputBlockStride = inputBlockStride
    self.outputBlockStride = outputBlockStride
    self.positions = positions
    self.size = size
    self.scale = scale
    self.k = k
    self.squares = squares
  }
}

@inlinable @inline(__always)
func responseNormalization<ISA: InstructionSet>(_: ISA.Type, _ arguments: ResponseNormalizationArguments) {
  let lanes = ISA.lanes
  let (k, scale) = (ISA.broadcast(arguments.k), ISA.broadcast(arguments.scale))
  // The values of a position side by side, so that a neighbourhood is a run of memory that may cross blocks.
  let centre = arguments.squares + arguments.size / 2
  for position in arguments.positions {
    for block in 0..<arguments.blocks {
      let value = ISA.load(arguments.input + block * arguments.inputBlockStride + position * lanes)
      ISA.store(ISA.multiply(value, value), centre + block * lanes)
    }
    for block in 0..<arguments.blocks {
      var sum = ISA.broadcast(0)
      for neighbour in 0..<arguments.size {
        sum = ISA.add(sum, ISA.load(arguments.squares + block * lanes + neighbour))
      }
      var denominator = k
      ISA.multiplyAdd(&denominator, scale, sum)
      let root = ISA.squareRoot(denominator)
      let value = ISA.load(arguments.input + block * arguments.inputBlockStride + position * lanes)
      ISA.store(
        ISA.divide(value, ISA.multiply(root, ISA.squareRoot(root))),
        arguments.output + block * arguments.outputBlockStride + position * lanes)
    }
  }
  for block in 0..<arguments.blocks { ISA.store(ISA.broadcast(0), centre + block * lanes) }
}
