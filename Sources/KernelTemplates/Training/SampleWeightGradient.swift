/// What a tile of a weight gradient in blocks of samples computes: for some output channels and neighbouring taps, the sum
/// over `rows * columns` positions of value times output gradient, each sample in its lane.
///
/// All counts and strides are in floats; the convolution's stride is 1.
public struct SampleWeightGradientArguments {
  /// The vector under the first tap at the first position.
  public var values: UnsafePointer<Float>
  public var valueRowStride: Int
  /// The gradient of the first output channel at the first position.
  public var gradients: UnsafePointer<Float>
  /// From one output channel to the next.
  public var gradientStride: Int
  public var gradientRowStride: Int
  public var rows: Int
  public var columns: Int
  /// `[outputs][taps][lanes]`, added to.
  public var sums: UnsafeMutablePointer<Float>
  /// From one output channel to the next.
  public var sumStride: Int

  @inlinable
  public init(
    values: UnsafePointer<Float>, valueRowStride: Int, gradients: UnsafePointer<Float>, gradientStride: Int,
    gradientRowStride: Int, rows: Int, columns: Int, sums: UnsafeMutablePointer<Float>, sumStride: Int
  ) {
    self.values = values
    self.valueRowStride = valueRowStride
    self.gradients = gradients
    self.gradientStride = gradientStride
    self.gradientRowStride = gradientRowStride
    self.rows = rows
    self.columns = columns
    self.sums = sums
    self.sumStride = sumStride
  }
}

/// The innermost kernel of weight gradients in blocks of samples: every sum stays in a register over all positions.
@usableFromInline
enum SampleWeightGradient<ISA: InstructionSet, let outputs: Int, let taps: Int> {
  @usableFromInline
  typealias Sums = InlineArray<outputs, InlineArray<taps, ISA.Vector>>

  @inlinable @inline(__always)
  static func run(_ arguments: SampleWeightGradientArguments) {
    var sums = Sums(repeating: InlineArray(repeating: ISA.broadcast(0)))
    for row in 0..<arguments.rows {
      var values = arguments.values + row * arguments.valueRowStride
      var gradients = arguments.gradients + row * arguments.gradientRowStride
      for _ in 0..<arguments.columns {
        addProducts(&sums, values, gradients, arguments.gradientStride)
        values += ISA.lanes
        gradients += ISA.lanes
      }
    }
    unrolled(outputs) { output in
      let line = arguments.sums + output * arguments.sumStride
      unrolled(taps) {
        let place = line + $0 * ISA.lanes
        ISA.store(ISA.add(ISA.load(place), sums[output][$0]), place)
      }
    }
  }

  /// The value under each tap at one position times the gradient of each output channel.
  @inlinable @inline(__always)
  static func addProducts(
    _ sums: inout Sums, _ values: UnsafePointer<Float>, _ gradients: UnsafePointer<Float>, _ gradientStride: Int
  ) {
    var row = InlineArray<taps, ISA.Vector>(repeating: ISA.broadcast(0))
    unrolled(taps) { row[$0] = ISA.load(values + $0 * ISA.lanes) }
    unrolled(outputs) { output in
      let gradient = ISA.load(gradients + output * gradientStride)
      unrolled(taps) { ISA.multiplyAdd(&sums[output][$0], gradient, row[$0]) }
    }
  }
}

/// A tile of a weight gradient in blocks of samples, compiled for one instruction set and size.
public struct SampleWeightGradientKernel: Sendable {
  public let run: @Sendable (SampleWeightGradientArguments) -> Void

  @inlinable
  public init(_ run: @escaping @Sendable (SampleWeightGradientArguments) -> Void) { self.run = run }
}

// One list for each number of output channels, by the number of taps. Sizes must be literals for the compiler to make a
// kernel of each.

@inlinable @inline(__always)
public func sampleWeightGradients1<ISA: InstructionSet>(_: ISA.Type) -> [SampleWeightGradientKernel] {
  [
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 1, 1>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 1, 2>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 1, 3>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 1, 4>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 1, 5>.run($0) },
  ]
}

@inlinable @inline(__always)
public func sampleWeightGradients2<ISA: InstructionSet>(_: ISA.Type) -> [SampleWeightGradientKernel] {
  [
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 2, 1>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 2, 2>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 2, 3>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 2, 4>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 2, 5>.run($0) },
  ]
}

@inlinable @inline(__always)
public func sampleWeightGradients3<ISA: InstructionSet>(_: ISA.Type) -> [SampleWeightGradientKernel] {
  [
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 3, 1>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 3, 2>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 3, 3>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 3, 4>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 3, 5>.run($0) },
  ]
}

@inlinable @inline(__always)
public func sampleWeightGradients4<ISA: InstructionSet>(_: ISA.Type) -> [SampleWeightGradientKernel] {
  [
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 4, 1>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 4, 2>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 4, 3>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 4, 4>.run($0) },
    SampleWeightGradientKernel { SampleWeightGradient<ISA, 4, 5>.run($0) },
  ]
}
