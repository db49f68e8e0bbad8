/// What a tile of a convolution in blocks of samples computes: for some output channels and `positions` neighbours of a row,
/// the sum over `stepCount * inner` vectors of values times weight. A vector holds one value of each sample of a block.
///
/// All counts and strides are in floats; the convolution's stride is 1.
public struct SampleTileArguments {
  /// The vector under the first tap of the first position, but for what `steps` adds.
  public var values: UnsafePointer<Float>
  /// Where each run of `inner` neighbouring taps begins.
  public var steps: UnsafePointer<Int>
  public var stepCount: Int
  public var inner: Int
  /// `[inner][outputs]` for each step.
  public var weights: UnsafePointer<Float>
  /// From one step's weights to the next one's.
  public var weightStride: Int
  /// `[outputs]`
  public var bias: UnsafePointer<Float>
  /// `[outputs][positions][lanes]`
  public var output: UnsafeMutablePointer<Float>
  /// From one output channel to the next.
  public var outputStride: Int
  public var epilogue: Epilogue

  @inlinable
  public init(
    values: UnsafePointer<Float>, steps: UnsafePointer<Int>, stepCount: Int, inner: Int,
    weights: UnsafePointer<Float>, weightStride: Int, bias: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, outputStride: Int, epilogue: Epilogue
  ) {
    self.values = values
    self.steps = steps
    self.stepCount = stepCount
    self.inner = inner
    self.weights = weights
    self.weightStride = weightStride
    self.bias = bias
    self.output = output
    self.outputStride = outputStride
    self.epilogue = epilogue
  }
}

/// The innermost kernel of convolutions in blocks of samples: every sum stays in a register from the first tap to the last.
/// However few the channels, all lanes of a vector work.
@usableFromInline
enum SampleTile<ISA: InstructionSet, let outputs: Int, let positions: Int> {
  @usableFromInline
  typealias Sums = InlineArray<outputs, InlineArray<positions, ISA.Vector>>

  @inlinable @inline(__always)
  static func run(_ arguments: SampleTileArguments) {
    var sums = Sums(repeating: InlineArray(repeating: ISA.broadcast(0)))
    unrolled(outputs) { output in
      let value = ISA.broadcast(arguments.bias[output])
      unrolled(positions) { sums[output][$0] = value }
    }
    for step in 0..<arguments.stepCount {
      var values = arguments.values + arguments.steps[step]
      var weights = arguments.weights + step * arguments.weightStride
      for _ in 0..<arguments.inner {
        addProducts(&sums, values, weights)
        values += ISA.lanes
        weights += outputs
      }
    }
    store(sums, arguments)
  }

  /// One tap of each position times its weight for each output channel.
  @inlinable @inline(__always)
  static func addProducts(_ sums: inout Sums, _ values: UnsafePointer<Float>, _ weights: UnsafePointer<Float>) {
    var row = InlineArray<positions, ISA.Vector>(repeating: ISA.broadcast(0))
    unrolled(positions) { row[$0] = ISA.load(values + $0 * ISA.lanes) }
    unrolled(outputs) { output in
      let weight = ISA.broadcast(weights[output])
      unrolled(positions) { ISA.multiplyAdd(&sums[output][$0], weight, row[$0]) }
    }
  }

  /// Each sum, forced into the epilogue's bounds.
  @inlinable @inline(__always)
  static func store(_ sums: Sums, _ arguments: SampleTileArguments) {
    let (lower, upper) = (ISA.broadcast(arguments.epilogue.lower), ISA.broadcast(arguments.epilogue.upper))
    unrolled(outputs) { output in
      let line = arguments.output + output * arguments.outputStride
      unrolled(positions) { ISA.store(ISA.clamp(sums[output][$0], lower, upper), line + $0 * ISA.lanes) }
    }
  }
}

/// A tile in blocks of samples, compiled for one instruction set and size.
public struct SampleTileKernel: Sendable {
  public let run: @Sendable (SampleTileArguments) -> Void

  @inlinable
  public init(_ run: @escaping @Sendable (SampleTileArguments) -> Void) { self.run = run }
}

// One list for each number of positions, by the number of output channels. Sizes must be literals for the compiler to
// make a kernel of each.

@inlinable @inline(__always)
public func sampleTiles1<ISA: InstructionSet>(_: ISA.Type) -> [SampleTileKernel] {
  [
    SampleTileKernel { SampleTile<ISA, 1, 1>.run($0) },
    SampleTileKernel { SampleTile<ISA, 2, 1>.run($0) },
    SampleTileKernel { SampleTile<ISA, 3, 1>.run($0) },
    SampleTileKernel { SampleTile<ISA, 4, 1>.run($0) },
    SampleTileKernel { SampleTile<ISA, 5, 1>.run($0) },
    SampleTileKernel { SampleTile<ISA, 6, 1>.run($0) },
  ]
}

@inlinable @inline(__always)
public func sampleTiles2<ISA: InstructionSet>(_: ISA.Type) -> [SampleTileKernel] {
  [
    SampleTileKernel { SampleTile<ISA, 1, 2>.run($0) },
    SampleTileKernel { SampleTile<ISA, 2, 2>.run($0) },
    SampleTileKernel { SampleTile<ISA, 3, 2>.run($0) },
    SampleTileKernel { SampleTile<ISA, 4, 2>.run($0) },
    SampleTileKernel { SampleTile<ISA, 5, 2>.run($0) },
    SampleTileKernel { SampleTile<ISA, 6, 2>.run($0) },
  ]
}

@inlinable @inline(__always)
public func sampleTiles3<ISA: InstructionSet>(_: ISA.Type) -> [SampleTileKernel] {
  [
    SampleTileKernel { SampleTile<ISA, 1, 3>.run($0) },
    SampleTileKernel { SampleTile<ISA, 2, 3>.run($0) },
    SampleTileKernel { SampleTile<ISA, 3, 3>.run($0) },
    SampleTileKernel { SampleTile<ISA, 4, 3>.run($0) },
    SampleTileKernel { SampleTile<ISA, 5, 3>.run($0) },
    SampleTileKernel { SampleTile<ISA, 6, 3>.run($0) },
  ]
}

@inlinable @inline(__always)
public func sampleTiles4<ISA: InstructionSet>(_: ISA.Type) -> [SampleTileKernel] {
  [
    SampleTileKernel { SampleTile<ISA, 1, 4>.run($0) },
    SampleTileKernel { SampleTile<ISA, 2, 4>.run($0) },
    SampleTileKernel { SampleTile<ISA, 3, 4>.run($0) },
    SampleTileKernel { SampleTile<ISA, 4, 4>.run($0) },
    SampleTileKernel { SampleTile<ISA, 5, 4>.run($0) },
    SampleTileKernel { SampleTile<ISA, 6, 4>.run($0) },
  ]
}
