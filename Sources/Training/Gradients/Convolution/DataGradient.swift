import KernelTemplates

/// The gradient of a convolution's input, as convolutions of the output's gradient.
///
/// Without stride it is one convolution with the taps reversed. With strides, input positions whose row and column leave
/// the same remainders are reached by the same taps alone: they are a phase, and each phase is a convolution of its own
/// with stride 1 (Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, section 4.5).
enum DataGradient {
  /// One phase in one dimension.
  struct PhaseAxis: Hashable {
    /// First input position, the next ones being a stride apart, and how many.
    let start: Int
    let count: Int
    /// The forward tap under each tap of the phase's kernel; `nil` for zero. None where no output reads the positions.
    let taps: [Int?]
    let padding: Int
    let dilation: Int
  }

  struct Phase: Hashable {
    let rows: PhaseAxis
    let columns: PhaseAxis

    var isZero: Bool { rows.taps.isEmpty || columns.taps.isEmpty }

    /// Offsets of the phase's taps in a kernel of `width` columns; below zero for zero.
    func taps(kernelWidth width: Int) -> [Int] {
      rows.taps.flatMap { row in
        columns.taps.map { column in
          guard let row, let column else { return -1 }
          return row * width + column
        }
      }
    }

    /// The phase as a convolution of the output's gradient.
    func geometry(_ forward: WindowGeometry) -> WindowGeometry {
      WindowGeometry(
        inputHeight: forward.outputHeight, inputWidth: forward.outputWidth, outputHeight: rows.count,
        outputWidth: columns.count, kernelHeight: rows.taps.count, kernelWidth: columns.taps.count, strideHeight: 1,
        strideWidth: 1, paddingTop: rows.padding, paddingLeft: columns.padding, dilationHeight: rows.dilation,
        dilationWidth: columns.dilation)
    }
  }

  /// All phases, row by row; one where there is no stride.
  static func phases(_ forward: WindowGeometry) -> [Phase] {
    let columns = axes(
      extent: forward.inputWidth, kernel: forward.kernelWidth, stride: forward.strideWidth,
      padding: forward.paddingLeft, dilation: forward.dilationWidth)
    return axes(
      extent: forward.inputHeight, kernel: forward.kernelHeight, stride: forward.strideHeight,
      padding: forward.paddingTop, dilation: forward.dilationHeight
    ).flatMap { row in columns.map { Phase(rows: row, columns: $0) } }
  }

  private static func axes(extent: Int, kernel: Int, stride: Int, padding: Int, dilation: Int) -> [PhaseAxis] {
    (0..<min(stride, extent)).map { start in
      axis(
        start: start, count: (extent - start + stride - 1) / stride, kernel: kernel, stride: stride, padding: padding,
        dilation: dilation)
    }
  }

  /// Input `start + q stride` is read under tap t by output `(start + q stride + padding - t dilation) / stride`, where that
  /// is whole. Those taps are `step` apart, and the outputs they lead to `step * dilation / stride`.
  private static func axis(
    start: Int, count: Int, kernel: Int, stride: Int, padding: Int, dilation: Int
  ) -> PhaseAxis {
    let taps = (0..<kernel).filter { (start + padding - $0 * dilation) % stride == 0 }
    guard let last = taps.last else {
      return PhaseAxis(start: start, count: count, taps: [], padding: 0, dilation: 1)
    }
    let spread = taps.count > 1 ? (taps[1] - taps[0]) * dilation / stride : 1
    // Reversed, since later taps lead to earlier outputs. The first of them reads this output for position 0:
    let firstOutput = (start + padding - last * dilation) / stride
    // A kernel may begin after the map's first row; then zeros are put in front.
    let zeros = firstOutput > 0 ? (firstOutput + spread - 1) / spread : 0
    return PhaseAxis(
      start: start, count: count, taps: [Int?](repeating: nil, count: zeros) + taps.reversed().map { $0 },
      padding: zeros * spread - firstOutput, dilation: spread)
  }
}
