public import KernelTemplates

/// The largest value of each window of one map; positions in the padding never win.
public func maxPool(
  input: UnsafePointer<Float>, geometry: WindowGeometry, output: UnsafeMutablePointer<Float>
) {
  for row in 0..<geometry.outputHeight {
    let outputRow = output + row * geometry.outputWidth
    outputRow.update(repeating: -.infinity, count: geometry.outputWidth)
    for kernelRow in 0..<geometry.kernelHeight {
      let inputRow = geometry.inputRow(output: row, kernel: kernelRow)
      guard inputRow >= 0, inputRow < geometry.inputHeight else { continue }
      for kernelColumn in 0..<geometry.kernelWidth {
        let source = input + inputRow * geometry.inputWidth + geometry.firstInputColumn(kernel: kernelColumn)
        for column in geometry.realOutputColumns(kernel: kernelColumn) {
          let value = source[column * geometry.strideWidth]
          // Written so that a NaN is kept: a broken network must not look like a sound one.
          outputRow[column] = outputRow[column] >= value ? outputRow[column] : value
        }
      }
    }
  }
}
