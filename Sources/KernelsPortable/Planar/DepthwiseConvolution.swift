public import KernelTemplates
public import NetworkGraph

/// One channel of a depthwise convolution: `input` is one map, `weights` one kernel, `output` one map.
///
/// Each kernel tap adds a scaled, shifted input row to the output row, so the inner loop has no bounds to test.
public func depthwiseConvolution(
  input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: Float, activation: Activation,
  geometry: WindowGeometry, output: UnsafeMutablePointer<Float>
) {
  for row in 0..<geometry.outputHeight {
    let outputRow = output + row * geometry.outputWidth
    outputRow.update(repeating: 0, count: geometry.outputWidth)
    for kernelRow in 0..<geometry.kernelHeight {
      let inputRow = geometry.inputRow(output: row, kernel: kernelRow)
      guard inputRow >= 0, inputRow < geometry.inputHeight else { continue }
      for kernelColumn in 0..<geometry.kernelWidth {
        accumulateTap(
          input + inputRow * geometry.inputWidth + geometry.firstInputColumn(kernel: kernelColumn),
          weight: weights[kernelRow * geometry.kernelWidth + kernelColumn],
          columns: geometry.realOutputColumns(kernel: kernelColumn),
          stride: geometry.strideWidth, into: outputRow)
      }
    }
    addBiasAndActivate(outputRow, count: geometry.outputWidth, bias: bias, activation: activation)
  }
}

@inline(__always)
private func accumulateTap(
  _ source: UnsafePointer<Float>, weight: Float, columns: Range<Int>, stride: Int,
  into outputRow: UnsafeMutablePointer<Float>
) {
  if stride == 1 {
    for column in columns { outputRow[column] += weight * source[column] }
  } else {
    for column in columns { outputRow[column] += weight * source[column * stride] }
  }
}
