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
  /// `[vectors][lanes]` to start from; `nil` starts from what the output holds.
  public var bias: UnsafePointer<Float>?
  /// Added before the bounds apply; laid out as the output.
  public var residual: UnsafePointer<Float>?
  public var output: UnsafeMutablePointer<Float>
  /// From one position's output to the next one's.
  public var outputStride: Int
  /// From one block of output channels to the next.
  public var blockStride: Int
  /// Results are forced into `lower...upper`.
  public var lower: Float
  public var upper: Float
  /// Weights of later tiles, and how many vectors of them to ask for at each step.
  public var upcomingWeights: UnsafePointer<Float>
  public var upcomingVectors: Int

  @inlinable
  public init(
    input: UnsafePointer<Float>, positionStride: Int, steps: UnsafePointer<Int>, stepCount: Int, inner: Int,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, residual: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, outputStride: Int, blockStride: Int, lower: Float, upper: Float
  ) {
    self.input = input
    self.positionStride = positionStride
    self.steps = steps
    self.stepCount = stepCount
    self.inner = inner
    self.weights = weights
    self.bias = bias
    self.residual = residual
    self.output = output
    self.outputStride = outputStride
    self.blockStride = blockStride
    self.lower = lower
    self.upper = upper
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
    prefetchResidual(arguments)
    var weights = arguments.weights
    var upcoming = arguments.upcomingWeights
    let positionStride = arguments.positionStride
    for step in 0..<arguments.stepCount {
      let start = arguments.input + arguments.steps[step]
      unrolled(prefetched) { ISA.prefetch(start + (positions + $0) * positionStride) }
      for _ in 0..<arguments.upcomingVectors {
        ISA.prefetchForLater(upcoming)
        upcoming += ISA.lanes
      }
      for index in 0..<arguments.inner {
        var row = InlineArray<vectors, ISA.Vector>(repeating: ISA.broadcast(0))
        unrolled(vectors) { row[$0] = ISA.load(weights + $0 * ISA.lanes) }
        unrolled(positions) { position in
          let value = ISA.broadcast(start[index + position * positionStride])
          unrolled(vectors) { ISA.multiplyAdd(&sums[position][$0], value, row[$0]) }
        }
        weights += vectors * ISA.lanes
      }
    }
    store(sums, arguments)
  }

  /// Asks for what is added last, so that it is there by then; short sums leave no time for that.
  @inlinable @inline(__always)
  static func prefetchResidual(_ arguments: TileArguments) {
    guard let residual = arguments.residual, arguments.stepCount * arguments.inner >= 256 else { return }
    unrolled(positions) { position in
      let start = residual + position * arguments.outputStride
      unrolled(vectors) { ISA.prefetch(start + $0 * arguments.blockStride) }
    }
  }

  @inlinable @inline(__always)
  static func initialSums(_ arguments: TileArguments) -> Sums {
    var sums = Sums(repeating: InlineArray(repeating: ISA.broadcast(0)))
    if let bias = arguments.bias {
      unrolled(vectors) { vector in
        let value = ISA.load(bias + vector * ISA.lanes)
        unrolled(positions) { sums[$0][vector] = value }
      }
    } else {
      unrolled(positions) { position in
        let start = arguments.output + position * arguments.outputStride
        unrolled(vectors) { sums[position][$0] = ISA.load(start + $0 * arguments.blockStride) }
      }
    }
    return sums
  }

  @inlinable @inline(__always)
  static func store(_ sums: Sums, _ arguments: TileArguments) {
    if let residual = arguments.residual {
      store(sums, arguments) { ISA.add($0, ISA.load(residual + $1)) }
    } else {
      store(sums, arguments) { sum, _ in sum }
    }
  }

  /// Each sum through `finish`, which is given its offset from the tile's first output, and into the bounds.
  @inlinable @inline(__always)
  static func store(
    _ sums: Sums, _ arguments: TileArguments, finish: (_ sum: ISA.Vector, _ offset: Int) -> ISA.Vector
  ) {
    let (lower, upper) = (ISA.broadcast(arguments.lower), ISA.broadcast(arguments.upper))
    unrolled(positions) { position in
      unrolled(vectors) {
        let offset = position * arguments.outputStride + $0 * arguments.blockStride
        ISA.store(ISA.clamp(finish(sums[position][$0], offset), lower, upper), arguments.output + offset)
      }
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
