/// One block of channels of a pooling layer on its way back.
public struct PoolingGradientArguments {
  /// What the layer computed.
  public enum Operation {
    /// The largest value of each window; with what the layer took and what it gave.
    case maximum(input: UnsafePointer<Float>, output: UnsafePointer<Float>)
    /// The mean of each window; with the reciprocal of each divisor, `[outputHeight][outputWidth]`.
    case average(factors: UnsafePointer<Float>)
  }

  public var operation: Operation
  public var geometry: WindowGeometry
  /// `[outputHeight][outputWidth][lanes]`: the gradient of what the layer gave.
  public var gradient: UnsafePointer<Float>
  /// `[inputHeight][inputWidth][lanes]`: what the gradient of the layer's input is added to.
  public var result: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    _ operation: Operation, geometry: WindowGeometry, gradient: UnsafePointer<Float>,
    result: UnsafeMutablePointer<Float>
  ) {
    self.operation = operation
    self.geometry = geometry
    self.gradient = gradient
    self.result = result
  }
}

/// Windows that overlap add to the same values, so that output positions come one after the other.
@usableFromInline
enum PoolingGradient<ISA: InstructionSet> {
  @inlinable @inline(__always)
  static func run(_ arguments: PoolingGradientArguments) {
    switch arguments.operation {
    case .maximum(let input, let output): maximum(arguments, input, output)
    case .average(let factors): average(arguments, factors)
    }
  }

  /// All goes to the first value of the window, row by row, that is the largest: PyTorch's choice among equal ones.
  @inlinable @inline(__always)
  static func maximum(
    _ arguments: PoolingGradientArguments, _ input: UnsafePointer<Float>, _ output: UnsafePointer<Float>
  ) {
    let zero = ISA.broadcast(0)
    scatter(arguments) { place in
      (left: ISA.load(arguments.gradient + place), largest: ISA.load(output + place))
    } tap: { state, place in
      let share = ISA.select(state.largest, above: ISA.load(input + place), zero, state.left)
      state.left = ISA.subtract(state.left, share)
      return share
    }
  }

  @inlinable @inline(__always)
  static func average(_ arguments: PoolingGradientArguments, _ factors: UnsafePointer<Float>) {
    scatter(arguments) { place in
      ISA.multiply(ISA.load(arguments.gradient + place), ISA.broadcast(factors[place / ISA.lanes]))
    } tap: { share, _ in
      share
    }
  }

  /// For each output position, `begin` with its place, then for each real value of the window, row by row, what `tap` says
  /// is added at that value's place.
  @inlinable @inline(__always)
  static func scatter<State>(
    _ arguments: PoolingGradientArguments, begin: (_ output: Int) -> State,
    tap: (_ state: inout State, _ input: Int) -> ISA.Vector
  ) {
    let (geometry, result) = (arguments.geometry, arguments.result)
    let interior = geometry.interiorColumns
    for row in 0..<geometry.outputHeight {
      let kernelRows = geometry.realKernelRows(output: row)
      for column in 0..<geometry.outputWidth {
        var state = begin((row * geometry.outputWidth + column) * ISA.lanes)
        let kernelColumns =
          interior.contains(column) ? 0..<geometry.kernelWidth : geometry.realKernelColumns(output: column)
        for kernelRow in kernelRows {
          let line = geometry.inputRow(output: row, kernel: kernelRow) * geometry.inputWidth
          let first = line + column * geometry.strideWidth - geometry.paddingLeft
          for kernelColumn in kernelColumns {
            let place = (first + kernelColumn * geometry.dilationWidth) * ISA.lanes
            ISA.store(ISA.add(ISA.load(result + place), tap(&state, place)), result + place)
          }
        }
      }
    }
  }
}
