/// What a tile of a weight gradient computes: for some input values by `vectors` blocks of output channels, the sum over
/// `rows * columns` positions of value times output gradient.
///
/// All counts and strides are in floats.
public struct WeightGradientArguments {
  /// The input values of the first position, side by side.
  public var values: UnsafePointer<Float>
  /// From one position of a row to the next.
  public var valueStride: Int
  public var valueRowStride: Int
  /// `[lanes]`: the output's gradient at the first position.
  public var gradients: UnsafePointer<Float>
  public var gradientStride: Int
  public var gradientRowStride: Int
  /// From one block of output channels to the next.
  public var gradientBlockStride: Int
  public var rows: Int
  public var columns: Int
  /// `[input value][vectors][lanes]`, with the strides that follow.
  public var sums: UnsafeMutablePointer<Float>
  public var sumStride: Int
  public var sumBlockStride: Int
  /// Whether the sums go on from those in memory, rather than from zero.
  public var continues: Bool

  @inlinable
  public init(
    values: UnsafePointer<Float>, valueStride: Int, valueRowStride: Int, gradients: UnsafePointer<Float>,
    gradientStride: Int, gradientRowStride: Int, gradientBlockStride: Int, rows: Int, columns: Int,
    sums: UnsafeMutablePointer<Float>, sumStride: Int, sumBlockStride: Int, continues: Bool
  ) {
    self.values = values
    self.valueStride = valueStride
    self.valueRowStride = valueRowStride
    self.gradients = gradients
    self.gradientStride = gradientStride
    self.gradientRowStride = gradientRowStride
    self.gradientBlockStride = gradientBlockStride
    self.rows = rows
    self.columns = columns
    self.sums = sums
    self.sumStride = sumStride
    self.sumBlockStride = sumBlockStride
    self.continues = continues
  }
}

/// The innermost kernel of gradients with respect to weights: every sum stays in a register from the first position to
/// the last.
@usableFromInline
enum WeightGradientTile<ISA: InstructionSet, let inputs: Int, let vectors: Int> {
  @usableFromInline
  typealias Sums = InlineArray<inputs, InlineArray<vectors, ISA.Vector>>

  @inlinable @inline(__always)
  static func run(_ arguments: WeightGradientArguments) {
    var sums = Sums(repeating: InlineArray(repeating: ISA.broadcast(0)))
    for row in 0..<arguments.rows {
      var values = arguments.values + row * arguments.valueRowStride
      var gradients = arguments.gradients + row * arguments.gradientRowStride
      for _ in 0..<arguments.columns {
        addProducts(&sums, values, gradients, arguments.gradientBlockStride)
        values += arguments.valueStride
        gradients += arguments.gradientStride
      }
    }
    store(sums, arguments)
  }

  /// Each input value of one position times the gradient of each output channel.
  @inlinable @inline(__always)
  static func addProducts(
    _ sums: inout Sums, _ values: UnsafePointer<Float>, _ gradients: UnsafePointer<Float>, _ blockStride: Int
  ) {
    var row = InlineArray<vectors, ISA.Vector>(repeating: ISA.broadcast(0))
    unrolled(vectors) { row[$0] = ISA.load(gradients + $0 * blockStride) }
    unrolled(inputs) { input in
      let value = ISA.broadcast(values[input])
      unrolled(vectors) { ISA.multiplyAdd(&sums[input][$0], value, row[$0]) }
    }
  }

  @inlinable @inline(__always)
  static func store(_ sums: Sums, _ arguments: WeightGradientArguments) {
    unrolled(inputs) { input in
      let line = arguments.sums + input * arguments.sumStride
      unrolled(vectors) {
        let place = line + $0 * arguments.sumBlockStride
        ISA.store(arguments.continues ? ISA.add(ISA.load(place), sums[input][$0]) : sums[input][$0], place)
      }
    }
  }
}

/// A tile of a weight gradient, compiled for one instruction set and size.
public struct WeightGradientKernel: Sendable {
  public let run: @Sendable (WeightGradientArguments) -> Void

  @inlinable
  public init(_ run: @escaping @Sendable (WeightGradientArguments) -> Void) { self.run = run }
}

// Sizes must be literals for the compiler to make a kernel of each.

@inlinable @inline(__always)
public func weightGradients1<ISA: InstructionSet>(_: ISA.Type) -> [WeightGradientKernel] {
  [
    WeightGradientKernel { WeightGradientTile<ISA, 1, 1>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 2, 1>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 3, 1>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 4, 1>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 5, 1>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 6, 1>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 7, 1>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 8, 1>.run($0) },
  ]
}

@inlinable @inline(__always)
public func weightGradients2<ISA: InstructionSet>(_: ISA.Type) -> [WeightGradientKernel] {
  [
    WeightGradientKernel { WeightGradientTile<ISA, 1, 2>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 2, 2>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 3, 2>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 4, 2>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 5, 2>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 6, 2>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 7, 2>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 8, 2>.run($0) },
  ]
}

@inlinable @inline(__always)
public func weightGradients3<ISA: InstructionSet>(_: ISA.Type) -> [WeightGradientKernel] {
  [
    WeightGradientKernel { WeightGradientTile<ISA, 1, 3>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 2, 3>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 3, 3>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 4, 3>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 5, 3>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 6, 3>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 7, 3>.run($0) },
    WeightGradientKernel { WeightGradientTile<ISA, 8, 3>.run($0) },
  ]
}
