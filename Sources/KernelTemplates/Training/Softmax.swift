/// Softmax over the channels of some positions.
public struct SoftmaxArguments {
  /// `[blocks][area][lanes]`
  public var input: UnsafePointer<Float>
  /// `[blocks][area][lanes]`, zero past the last channel; may be `input`.
  public var output: UnsafeMutablePointer<Float>
  public var blocks: Int
  /// Floats from one block of channels to the next.
  public var blockStride: Int
  public var positions: Range<Int>
  /// `[lanes]` of the last block: 1 for channels, 0 for what pads them.
  public var mask: UnsafePointer<Float>

  @inlinable
  public init(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, blocks: Int, blockStride: Int,
    positions: Range<Int>, mask: UnsafePointer<Float>
  ) {
    self.input = input
    self.output = output
    self.blocks = blocks
    self.blockStride = blockStride
    self.positions = positions
    self.mask = mask
  }
}

/// Softmax over the channels of some positions, on its way back.
public struct SoftmaxGradientArguments {
  /// `[blocks][area][lanes]`: what softmax gave, zero past the last channel.
  public var output: UnsafePointer<Float>
  /// `[blocks][area][lanes]`: the gradient of that.
  public var gradient: UnsafePointer<Float>
  /// `[blocks][area][lanes]`; may be `gradient`.
  public var result: UnsafeMutablePointer<Float>
  public var blocks: Int
  /// Floats from one block of channels to the next.
  public var blockStride: Int
  public var positions: Range<Int>

  @inlinable
  public init(
    output: UnsafePointer<Float>, gradient: UnsafePointer<Float>, result: UnsafeMutablePointer<Float>, blocks: Int,
    blockStride: Int, positions: Range<Int>
  ) {
    self.output = output
    self.gradient = gradient
    self.result = result
    self.blocks = blocks
    self.blockStride = blockStride
    self.positions = positions
  }
}

@usableFromInline
enum Softmax<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: SoftmaxArguments) {
    for position in arguments.positions {
      let largest = largest(arguments, position)
      let sum = exponentials(arguments, position, largest)
      let factor = ISA.broadcast(1 / sum)
      for block in 0..<arguments.blocks {
        let place = arguments.output + block * arguments.blockStride + position * ISA.lanes
        ISA.store(ISA.multiply(ISA.load(place), factor), place)
      }
    }
  }

  /// Subtracted from all values before their exponentials are taken, of which none is infinite then.
  @inlinable @inline(__always)
  static func largest(_ arguments: SoftmaxArguments, _ position: Int) -> Float {
    let input = arguments.input + position * ISA.lanes
    let last = ISA.load(input + (arguments.blocks - 1) * arguments.blockStride)
    var largest = onlyChannels(last, arguments, ISA.broadcast(-.infinity))
    for block in 0..<arguments.blocks - 1 {
      largest = ISA.maximum(largest, ISA.load(input + block * arguments.blockStride))
    }
    return largest.max()
  }

  /// Stores `exp(value - largest)`, and returns the sum.
  @inlinable @inline(__always)
  static func exponentials(_ arguments: SoftmaxArguments, _ position: Int, _ largest: Float) -> Float {
    let shift = ISA.broadcast(largest)
    var sum = ISA.broadcast(0)
    for block in 0..<arguments.blocks {
      let place = block * arguments.blockStride + position * ISA.lanes
      var value = ActivationSweep<ISA>.exponential(ISA.subtract(ISA.load(arguments.input + place), shift))
      if block == arguments.blocks - 1 { value = onlyChannels(value, arguments, ISA.broadcast(0)) }
      ISA.store(value, arguments.output + place)
      sum = ISA.add(sum, value)
    }
    return sum.sum()
  }

  @inlinable @inline(__always)
  static func onlyChannels(
    _ vector: ISA.Vector, _ arguments: SoftmaxArguments, _ otherwise: ISA.Vector
  ) -> ISA.Vector {
    ISA.select(ISA.load(arguments.mask), above: ISA.broadcast(0), vector, otherwise)
  }

  /// `y (g - sum(g y))`
  @inlinable @inline(__always)
  static func gradient(_ arguments: SoftmaxGradientArguments) {
    for position in arguments.positions {
      var products = ISA.broadcast(0)
      for block in 0..<arguments.blocks {
        let place = block * arguments.blockStride + position * ISA.lanes
        ISA.multiplyAdd(&products, ISA.load(arguments.output + place), ISA.load(arguments.gradient + place))
      }
      let sum = ISA.broadcast(products.sum())
      for block in 0..<arguments.blocks {
        let place = block * arguments.blockStride + position * ISA.lanes
        let excess = ISA.subtract(ISA.load(arguments.gradient + place), sum)
        ISA.store(ISA.multiply(ISA.load(arguments.output + place), excess), arguments.result + place)
      }
    }
  }
}
