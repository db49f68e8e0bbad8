/// Products of f32 values on units that multiply bfloat16 and add up f32.
///
/// Each value is split into two terms of 8 significant bits, its nearest bfloat16 and what remains; three products of
/// terms stand for one of values, the fourth, of both remainders, being as small as what the split rounds off (oneMKL's
/// `float_to_bf16x2`). A product is off by at most 2^-15 of its size, a sum of many by some 5e-6: about as much as
/// Winograd's F(6 x 6, 3 x 3) in f32. What is too small for a normal f32 counts as zero. Infinite values, and those beyond
/// the greatest bfloat16, make sums that are not numbers, some of neighbouring positions too.
///
/// Values and weights come in chunks of 32 inputs, in tiles of 16 rows: of values, a row is 32 inputs of one position;
/// of weights, a row is 16 channels of two inputs each.
public struct SplitProductKernels: Sendable {
  /// Inputs that one product of tiles adds up.
  public static let chunk = 32
  /// Positions, and output channels, of one tile.
  public static let edge = 16
  /// Floats of memory that a tile takes.
  public static let tileFloats = 256
  /// Tiles of positions, and of output channels, that are multiplied at a time.
  public static let mostTiles = 2

  /// Makes the calling thread's tiles ready, without which it must not multiply.
  public let begin: @Sendable () -> Void
  /// Gives the tiles up.
  public let end: @Sendable () -> Void
  /// Splits values into their terms.
  public let split: @Sendable (SplitArguments) -> Void
  /// Adds up products of terms.
  public let multiply: @Sendable (SplitProductArguments) -> Void
  /// Adds bias and residual to sums, and applies bounds.
  public let finish: @Sendable (SplitSumArguments) -> Void

  public init(
    begin: @escaping @Sendable () -> Void, end: @escaping @Sendable () -> Void,
    split: @escaping @Sendable (SplitArguments) -> Void,
    multiply: @escaping @Sendable (SplitProductArguments) -> Void,
    finish: @escaping @Sendable (SplitSumArguments) -> Void
  ) {
    self.begin = begin
    self.end = end
    self.split = split
    self.multiply = multiply
    self.finish = finish
  }
}

/// Neighbouring positions whose values are split: `[chunk][tile][term][16 positions][32]` of bfloat16.
public struct SplitArguments {
  /// First input value of the first position.
  public var input: UnsafePointer<Float>
  /// Floats from one position's input to the next one's.
  public var positionStride: Int
  public var count: Int
  /// Where each half of each chunk, 16 values, starts from a position's first input.
  public var steps: UnsafePointer<Int>
  public var chunkCount: Int
  /// Tile 0 of chunk 0.
  public var output: UnsafeMutablePointer<Float>
  /// Row of the first position, over all tiles.
  public var row: Int
  /// Floats from one chunk to the next.
  public var chunkStride: Int

  @inlinable
  public init(
    input: UnsafePointer<Float>, positionStride: Int, count: Int, steps: UnsafePointer<Int>, chunkCount: Int,
    output: UnsafeMutablePointer<Float>, row: Int, chunkStride: Int
  ) {
    self.input = input
    self.positionStride = positionStride
    self.count = count
    self.steps = steps
    self.chunkCount = chunkCount
    self.output = output
    self.row = row
    self.chunkStride = chunkStride
  }
}

/// One or two tiles of positions by one or two of output channels, over some chunks.
public struct SplitProductArguments {
  /// `[chunk][tile][term]` of values, from the first tile on.
  public var values: UnsafePointer<Float>
  /// Floats from one chunk to the next.
  public var chunkStride: Int
  /// Tiles of positions.
  public var rows: Int
  /// `[chunk][term][tile]`
  public var weights: UnsafePointer<Float>
  /// Tiles of output channels.
  public var columns: Int
  public var chunkCount: Int
  /// `[tile of output channels][position][16]`, with room for two tiles of positions.
  public var sums: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    values: UnsafePointer<Float>, chunkStride: Int, rows: Int, weights: UnsafePointer<Float>, columns: Int,
    chunkCount: Int, sums: UnsafeMutablePointer<Float>
  ) {
    self.values = values
    self.chunkStride = chunkStride
    self.rows = rows
    self.weights = weights
    self.columns = columns
    self.chunkCount = chunkCount
    self.sums = sums
  }
}

/// Sums on their way into the output.
public struct SplitSumArguments {
  /// Those of the first position.
  public var sums: UnsafePointer<Float>
  /// Positions, which follow one another in the output.
  public var count: Int
  /// Blocks of output channels.
  public var columns: Int
  /// `[columns][16]`
  public var bias: UnsafePointer<Float>
  /// What is added besides; laid out as the output, and may be the output.
  public var addend: UnsafePointer<Float>?
  public var output: UnsafeMutablePointer<Float>
  /// Floats from one block of output channels to the next.
  public var blockStride: Int
  public var epilogue: Epilogue

  @inlinable
  public init(
    sums: UnsafePointer<Float>, count: Int, columns: Int, bias: UnsafePointer<Float>, addend: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, blockStride: Int, epilogue: Epilogue
  ) {
    self.sums = sums
    self.count = count
    self.columns = columns
    self.bias = bias
    self.addend = addend
    self.output = output
    self.blockStride = blockStride
    self.epilogue = epilogue
  }
}

/// Splits the weights of one tile of output channels into their terms, in the order in which tiles are multiplied:
/// `[chunk][term][vectors][16][16][2]` of bfloat16.
///
/// - Parameters:
///   - source: `[depth][vectors][16]`, as `packWeights` makes it.
///   - target: zeros; room for as many floats, of a whole number of chunks.
public func splitWeights(
  _ source: UnsafePointer<Float>, depth: Int, vectors: Int, into target: UnsafeMutablePointer<Float>
) {
  let (edge, chunk) = (SplitProductKernels.edge, SplitProductKernels.chunk)
  let bytes = UnsafeMutableRawPointer(target)
  for input in 0..<depth {
    let row = source + input * vectors * edge
    for channel in 0..<vectors * edge {
      let place = (input / chunk * 2 * vectors + channel / edge) * edge + input % chunk / 2
      let offset = (place * edge + channel % edge) * 4 + input % 2 * 2
      let nearest = BFloat16(nearest: row[channel])
      bytes.storeBytes(of: nearest.bits, toByteOffset: offset, as: UInt16.self)
      bytes.storeBytes(
        of: BFloat16(nearest: row[channel] - nearest.value).bits,
        toByteOffset: offset + vectors * SplitProductKernels.tileFloats * 4, as: UInt16.self)
    }
  }
}

/// The upper half of an f32.
public struct BFloat16: Sendable {
  public let bits: UInt16

  /// Of a finite value, with ties to even.
  @inlinable
  public init(nearest value: Float) {
    let bits = value.bitPattern
    self.bits = UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }

  @inlinable
  public var value: Float { Float(bitPattern: UInt32(bits) << 16) }
}
