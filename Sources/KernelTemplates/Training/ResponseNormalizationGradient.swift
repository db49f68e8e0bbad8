public import CIntrinsics

/// Local response normalisation over the channels of some positions, forward or back, with any exponent and any number
/// of channels.
public struct ResponseNormalizationPassArguments {
  /// `[blocks][area][lanes]`: what the layer takes.
  public var input: UnsafePointer<Float>
  /// `[blocks][area][lanes]`: the gradient of what the layer gave; none on the way forward.
  public var gradient: UnsafePointer<Float>?
  /// `[blocks][area][lanes]`, zero past the last channel: what the layer gives or, on the way back, the gradient of what
  /// it took; may be `gradient`.
  public var result: UnsafeMutablePointer<Float>
  public var channels: Int
  /// Floats from one block of channels to the next.
  public var blockStride: Int
  public var positions: Range<Int>
  /// Channels in a neighbourhood.
  public var size: Int
  /// `alpha / size`
  public var scale: Float
  public var beta: Float
  public var k: Float
  /// Room for three times `blocks * lanes + size` values, all zero before.
  public var lines: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    input: UnsafePointer<Float>, gradient: UnsafePointer<Float>?, result: UnsafeMutablePointer<Float>, channels: Int,
    blockStride: Int, positions: Range<Int>, size: Int, scale: Float, beta: Float, k: Float,
    lines: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.gradient = gradient
    self.result = result
    self.channels = channels
    self.blockStride = blockStride
    self.positions = positions
    self.size = size
    self.scale = scale
    self.beta = beta
    self.k = k
    self.lines = lines
  }
}

/// With `d = k + alpha / size * (sum of x^2 over the neighbourhood)`, the layer computes `y = x d^-beta`, and so
/// `dL/dx = g d^-beta - 2 beta alpha / size * x * (sum of g x d^(-beta - 1) over all whose neighbour x is)`.
///
/// Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 3.3.
@usableFromInline
struct ResponseNormalizationPass<ISA: InstructionSet> {
  @usableFromInline let arguments: ResponseNormalizationPassArguments
  @usableFromInline let blocks: Int
  // The channels of one position side by side, so that a neighbourhood is a run of memory that may cross blocks. Zeros
  // before and after are as if there were more channels.
  @usableFromInline let squares: UnsafeMutablePointer<Float>
  @usableFromInline let powers: UnsafeMutablePointer<Float>
  @usableFromInline let products: UnsafeMutablePointer<Float>

  @inlinable @inline(__always)
  init(_ arguments: ResponseNormalizationPassArguments) {
    self.arguments = arguments
    blocks = blockCount(arguments.channels, lanes: ISA.lanes)
    let length = blocks * ISA.lanes + arguments.size
    squares = arguments.lines
    powers = squares + length
    products = powers + length
  }

  @inlinable @inline(__always)
  static func run(_ arguments: ResponseNormalizationPassArguments) {
    let pass = ResponseNormalizationPass(arguments)
    for position in arguments.positions {
      pass.computePowers(position)
      if let gradient = arguments.gradient {
        pass.runBack(position, gradient)
      } else {
        pass.runForward(position)
      }
    }
  }

  @inlinable @inline(__always)
  func place(_ block: Int, _ position: Int) -> Int { block * arguments.blockStride + position * ISA.lanes }

  /// `d^-beta` of each channel; of what pads them, anything.
  @inlinable @inline(__always)
  func computePowers(_ position: Int) {
    let centre = squares + arguments.size / 2
    for block in 0..<blocks {
      let value = ISA.load(arguments.input + place(block, position))
      ISA.store(ISA.multiply(value, value), centre + block * ISA.lanes)
    }
    clearPadding(centre + (blocks - 1) * ISA.lanes)
    for block in 0..<blocks {
      let target = powers + block * ISA.lanes
      ISA.store(denominator(block), target)
      if arguments.beta == 0.75 {
        let root = ISA.squareRoot(ISA.load(target))
        ISA.store(ISA.divide(ISA.broadcast(1), ISA.multiply(root, ISA.squareRoot(root))), target)
      } else {
        for lane in 0..<ISA.lanes { target[lane] = convserve_power(target[lane], -arguments.beta) }
      }
    }
  }

  /// `d` of a block's channels.
  @inlinable @inline(__always)
  func denominator(_ block: Int) -> ISA.Vector {
    ISA.adding(ISA.broadcast(arguments.k), ISA.broadcast(arguments.scale), neighbourhood(squares, block))
  }

  /// The sum of `size` neighbours in a line, of which the first is the channel's own place.
  @inlinable @inline(__always)
  func neighbourhood(_ line: UnsafeMutablePointer<Float>, _ block: Int) -> ISA.Vector {
    var sum = ISA.broadcast(0)
    for neighbour in 0..<arguments.size { sum = ISA.add(sum, ISA.load(line + block * ISA.lanes + neighbour)) }
    return sum
  }

  @inlinable @inline(__always)
  func runForward(_ position: Int) {
    for block in 0..<blocks {
      let place = place(block, position)
      let power = ISA.load(powers + block * ISA.lanes)
      ISA.store(ISA.multiply(ISA.load(arguments.input + place), power), arguments.result + place)
    }
    clearPadding(arguments.result + place(blocks - 1, position))
  }

  @inlinable @inline(__always)
  func runBack(_ position: Int, _ gradient: UnsafePointer<Float>) {
    // Channel i is a neighbour of those from `i - (size - 1) / 2` to `i + size / 2`: the other way round.
    let centre = products + (arguments.size - 1) / 2
    for block in 0..<blocks {
      let place = place(block, position)
      let scaled = ISA.multiply(ISA.load(gradient + place), ISA.load(powers + block * ISA.lanes))
      let product = ISA.multiply(scaled, ISA.load(arguments.input + place))
      ISA.store(ISA.divide(product, denominator(block)), centre + block * ISA.lanes)
    }
    clearPadding(centre + (blocks - 1) * ISA.lanes)
    let factor = ISA.broadcast(-2 * arguments.beta * arguments.scale)
    for block in 0..<blocks {
      let place = place(block, position)
      let scaled = ISA.multiply(ISA.load(gradient + place), ISA.load(powers + block * ISA.lanes))
      let sum = ISA.multiply(factor, neighbourhood(products, block))
      ISA.store(ISA.adding(scaled, ISA.load(arguments.input + place), sum), arguments.result + place)
    }
    clearPadding(arguments.result + place(blocks - 1, position))
  }

  /// Sets what pads the last block's channels to zero.
  @inlinable @inline(__always)
  func clearPadding(_ vector: UnsafeMutablePointer<Float>) {
    for lane in arguments.channels - (blocks - 1) * ISA.lanes..<ISA.lanes { vector[lane] = 0 }
  }
}
