/// What a tile computes: for `positions` output positions and `vectors` blocks of output channels, the sum over
/// `stepCount * inner` input values of value times weight.
///
/// Pointers are to the first position. All counts and strides are in floats.
public struct TileArguments {
  /// First input value of the first position.
  public var input: UnsafePointer<Float>
  /// From one position's input to the next one's.
  public var positionStride: Int
  /// Where each run of `inner` consecutive input values starts, from a position's first input.
  public var steps: UnsafePointer<Int>
  public var stepCount: Int
  public var inner: Int
  /// `[stepCount][inner][vectors][lanes]`
  public var weights: UnsafePointer<Float>
  /// `[vectors][lanes]` that every sum starts from; `nil` only where there is an addend.
  public var bias: UnsafePointer<Float>?
  /// What sums start from besides, such as a residual; laid out as the output, and may be the output.
  public var addend: UnsafePointer<Float>?
  public var output: UnsafeMutablePointer<Float>
  /// From one position's output to the next one's.
  public var outputStride: Int
  /// From one block of output channels to the next.
  public var blockStride: Int
  public var epilogue: Epilogue
  /// Weights of later tiles, and how many vectors of them to ask for at each step.
  public var upcomingWeights: UnsafePointer<Float>
  public var upcomingVectors: Int

  @inlinable
  public init(
    input: UnsafePointer<Float>, positionStride: Int, steps: UnsafePointer<Int>, stepCount: Int, inner: Int,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, addend: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, outputStride: Int, blockStride: Int, epilogue: Epilogue
  ) {
    self.input = input
    self.positionStride = positionStride
    self.steps = steps
    self.stepCount = stepCount
    self.inner = inner
    self.weights = weights
    self.bias = bias
    self.addend = addend
    self.output = output
    self.outputStride = outputStride
    self.blockStride = blockStride
    self.epilogue = epilogue
    upcomingWeights = weights
    upcomingVectors = 0
  }
}

/// The innermost kernel of convolutions, Winograd products and fully connected layers: every sum of the tile stays in
/// a register from the first to the last input value.
///
/// While a step is computed, the same step of the `prefetched` positions after the tile's is asked for, and some of the
/// weights that come later.
@usableFromInline
enum Tile<ISA: InstructionSet, let positions: Int, let vectors: Int, let prefetched: Int> {
  @usableFromInline
  typealias Sums = InlineArray<positions, InlineArray<vectors, ISA.Vector>>

  @inlinable @inline(__always)
  static func run(_ arguments: TileArguments) {
    var sums = initialSums(arguments)
    if ISA.unrollsShortRuns, arguments.inner == ISA.lanes {
      addSteps(&sums, arguments) { sums, start, weights in
        unrolled(ISA.lanes) {
          addProducts(&sums, start + $0, arguments.positionStride, weights + $0 * vectors * ISA.lanes)
        }
      }
    } else if ISA.unrollsShortRuns, arguments.inner == 1 {
      addSteps(&sums, arguments) { addProducts(&$0, $1, arguments.positionStride, $2) }
    } else {
      addSteps(&sums, arguments) { sums, start, weights in
        for index in 0..<arguments.inner {
          addProducts(&sums, start + index, arguments.positionStride, weights + index * vectors * ISA.lanes)
        }
      }
    }
    store(sums, arguments)
  }

  /// Takes all steps: `addRun` adds a run of input values of each position.
  @inlinable @inline(__always)
  static func addSteps(
    _ sums: inout Sums, _ arguments: TileArguments,
    addRun: (_ sums: inout Sums, _ start: UnsafePointer<Float>, _ weights: UnsafePointer<Float>) -> Void
  ) {
    var weights = arguments.weights
    var upcoming = arguments.upcomingWeights
    for step in 0..<arguments.stepCount {
      let start = arguments.input + arguments.steps[step]
      unrolled(prefetched) { ISA.prefetch(start + (positions + $0) * arguments.positionStride) }
      for _ in 0..<arguments.upcomingVectors {
        ISA.prefetchForLater(upcoming)
        upcoming += ISA.lanes
      }
      addRun(&sums, start, weights)
      weights += arguments.inner * vectors * ISA.lanes
    }
  }

  /// One input value of each position times one weight of each output channel.
  @inlinable @inline(__always)
  static func addProducts(
    _ sums: inout Sums, _ values: UnsafePointer<Float>, _ positionStride: Int, _ weights: UnsafePointer<Float>
  ) {
    var row = InlineArray<vectors, ISA.Vector>(repeating: ISA.broadcast(0))
    unrolled(vectors) { row[$0] = ISA.load(weights + $0 * ISA.lanes) }
    unrolled(positions) { position in
      let value = ISA.broadcast(values[position * positionStride])
      unrolled(vectors) { ISA.multiplyAdd(&sums[position][$0], value, row[$0]) }
    }
  }

  // Without an addend first: the other way round the compiler loses track of the registers and keeps sums in memory.
  @inlinable @inline(__always)
  static func initialSums(_ arguments: TileArguments) -> Sums {
    guard let addend = arguments.addend else { return biasSums(arguments.bias.unsafelyUnwrapped) }
    prefetchNext(addend, arguments)
    guard let bias = arguments.bias else { return loadedSums(addend, arguments) { value, _ in value } }
    return loadedSums(addend, arguments) { ISA.add($0, ISA.load(bias + $1 * ISA.lanes)) }
  }

  @inlinable @inline(__always)
  static func biasSums(_ bias: UnsafePointer<Float>) -> Sums {
    var sums = Sums(repeating: InlineArray(repeating: ISA.broadcast(0)))
    unrolled(vectors) { vector in
      let value = ISA.load(bias + vector * ISA.lanes)
      unrolled(positions) { sums[$0][vector] = value }
    }
    return sums
  }

  /// What the addend holds, through `start`.
  @inlinable @inline(__always)
  static func loadedSums(
    _ addend: UnsafePointer<Float>, _ arguments: TileArguments,
    start: (_ value: ISA.Vector, _ vector: Int) -> ISA.Vector
  ) -> Sums {
    var sums = Sums(repeating: InlineArray(repeating: ISA.broadcast(0)))
    unrolled(positions) { position in
      let values = addend + position * arguments.outputStride
      unrolled(vectors) { sums[position][$0] = start(ISA.load(values + $0 * arguments.blockStride), $0) }
    }
    return sums
  }

  /// Asks for what the next tile of the row starts from.
  @inlinable @inline(__always)
  static func prefetchNext(_ addend: UnsafePointer<Float>, _ arguments: TileArguments) {
    unrolled(positions) { position in
      let start = addend + (positions + position) * arguments.outputStride
      unrolled(vectors) { ISA.prefetch(start + $0 * arguments.blockStride) }
    }
  }

  /// Each sum, forced into the epilogue's bounds if there are any.
  @inlinable @inline(__always)
  static func store(_ sums: Sums, _ arguments: TileArguments) {
    if arguments.epilogue.isUnbounded {
      store(sums, arguments) { $0 }
    } else {
      let (lower, upper) = (ISA.broadcast(arguments.epilogue.lower), ISA.broadcast(arguments.epilogue.upper))
      store(sums, arguments) { ISA.clamp($0, lower, upper) }
    }
  }

  @inlinable @inline(__always)
  static func store(_ sums: Sums, _ arguments: TileArguments, finish: (ISA.Vector) -> ISA.Vector) {
    unrolled(positions) { position in
      let output = arguments.output + position * arguments.outputStride
      unrolled(vectors) { ISA.store(finish(sums[position][$0]), output + $0 * arguments.blockStride) }
    }
  }
}

extension TileArguments {
  /// Lets tile `run` of `runs` that share these weights ask for its part of those that lie behind them, all of which are
  /// asked for by the end: weights that are read for few positions come no faster than the memory sends them.
  @inlinable
  public mutating func prefetchWeights(behind vectors: Int, lanes: Int, run: Int, runs: Int) {
    let perStep = (inner * vectors + runs - 1) / runs
    upcomingVectors = run * perStep < inner * vectors ? perStep : 0
    upcomingWeights = weights + (inner * vectors + run * perStep) * stepCount * lanes
  }
}
