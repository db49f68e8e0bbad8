/// A depthwise convolution with a square window of `kernel` taps on an edge and stride `stride`.
@usableFromInline
enum DepthwiseSweep<ISA: InstructionSet, let kernel: Int, let stride: Int> {
  /// Groups of neighbouring positions inside the map; what lies on its left and right edge is left to the general kernel.
  @inlinable @inline(__always)
  static func run(_ arguments: DepthwiseArguments) {
    let geometry = arguments.geometry
    let interior = geometry.interiorColumns
    guard interior.count >= 7 else {
      return anyDepthwise(ISA.self, arguments, columns: 0..<geometry.outputWidth)
    }
    for row in arguments.rows {
      for column in Swift.stride(from: interior.lowerBound, to: interior.upperBound - 6, by: 7) {
        run(arguments, row: row, column: column)
      }
      if interior.count % 7 != 0 { run(arguments, row: row, column: interior.upperBound - 7) }
    }
    if interior.lowerBound > 0 { anyDepthwise(ISA.self, arguments, columns: 0..<interior.lowerBound) }
    if interior.upperBound < geometry.outputWidth {
      anyDepthwise(ISA.self, arguments, columns: interior.upperBound..<geometry.outputWidth)
    }
  }

  /// Seven neighbouring positions of one row.
  @inlinable @inline(__always)
  static func run(_ arguments: DepthwiseArguments, row: Int, column: Int) {
    let geometry = arguments.geometry
    let lanes = ISA.lanes
    let rowStride = geometry.inputWidth * lanes
    let source =
      arguments.input + geometry.inputRow(output: row, kernel: 0) * rowStride
      + (column * stride - geometry.paddingLeft) * lanes
    var sums = InlineArray<7, ISA.Vector>(repeating: ISA.load(arguments.bias))
    for kernelRow in geometry.realKernelRows(output: row) {
      let line = source + kernelRow * rowStride
      let weights = arguments.weights + kernelRow * kernel * lanes
      unrolled(kernel) { tap in
        let weight = ISA.load(weights + tap * lanes)
        unrolled(7) { ISA.multiplyAdd(&sums[$0], ISA.load(line + ($0 * stride + tap) * lanes), weight) }
      }
    }
    let (lower, upper) = (ISA.broadcast(arguments.epilogue.lower), ISA.broadcast(arguments.epilogue.upper))
    let output = arguments.output + (row * geometry.outputWidth + column) * lanes
    unrolled(7) { ISA.store(ISA.clamp(sums[$0], lower, upper), output + $0 * lanes) }
  }
}
