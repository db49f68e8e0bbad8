public import KernelTemplates

/// The mean of each window of one map.
///
/// - Parameters:
///   - paddedHeight: rows of the map with the padding on both sides, which bounds the divisor of a partial window.
///   - countIncludePad: whether padded positions count in the divisor.
public func averagePool(
  input: UnsafePointer<Float>, geometry: WindowGeometry, paddedHeight: Int, paddedWidth: Int,
  countIncludePad: Bool, output: UnsafeMutablePointer<Float>
) {
  for row in 0..<geometry.outputHeight {
    let rows = poolingSpan(
      row * geometry.strideHeight, geometry.kernelHeight, before: geometry.paddingTop,
      extent: geometry.inputHeight, padded: paddedHeight)
    for column in 0..<geometry.outputWidth {
      let columns = poolingSpan(
        column * geometry.strideWidth, geometry.kernelWidth, before: geometry.paddingLeft,
        extent: geometry.inputWidth, padded: paddedWidth)
      let sum = regionSum(input, width: geometry.inputWidth, rows: rows.real, columns: columns.real)
      let divisor = countIncludePad ? rows.padded * columns.padded : rows.real.count * columns.real.count
      output[row * geometry.outputWidth + column] = sum / Float(divisor)
    }
  }
}

/// Where a window that starts at `start` of the padded map reads, and its length with padding but without what
/// hangs over the padded map's end.
@inline(__always)
private func poolingSpan(
  _ start: Int, _ kernel: Int, before: Int, extent: Int, padded: Int
) -> (real: Range<Int>, padded: Int) {
  let end = min(start + kernel, padded)
  let lower = max(start - before, 0)
  let upper = max(min(end - before, extent), lower)
  return (lower..<upper, end - start)
}

/// The mean over each region of an `outputHeight x outputWidth` grid that covers one map.
public func adaptiveAveragePool(
  input: UnsafePointer<Float>, inputHeight: Int, inputWidth: Int, outputHeight: Int, outputWidth: Int,
  output: UnsafeMutablePointer<Float>
) {
  for row in 0..<outputHeight {
    let rows = adaptiveRegion(row, of: outputHeight, over: inputHeight)
    for column in 0..<outputWidth {
      let columns = adaptiveRegion(column, of: outputWidth, over: inputWidth)
      let sum = regionSum(input, width: inputWidth, rows: rows, columns: columns)
      output[row * outputWidth + column] = sum / Float(rows.count * columns.count)
    }
  }
}

@inline(__always)
private func regionSum(
  _ map: UnsafePointer<Float>, width: Int, rows: Range<Int>, columns: Range<Int>
) -> Float {
  var sum: Float = 0
  for row in rows {
    let start = map + row * width
    for column in columns { sum += start[column] }
  }
  return sum
}
