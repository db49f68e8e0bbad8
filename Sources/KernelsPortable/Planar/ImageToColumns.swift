public import KernelTemplates

/// Unrolls the windows of `channels` maps into a matrix `[channels * kernel area, positions.count]`, row-major, so
/// that a convolution becomes a matrix product (Chellapilla et al., 2006). Padding becomes zeros.
///
/// - Parameter positions: output positions, counted row by row, that the columns stand for.
public func imageToColumns(
  input: UnsafePointer<Float>, channels: Int, geometry: WindowGeometry, positions: Range<Int>,
  columns: UnsafeMutablePointer<Float>
) {
  var row = columns
  for channel in 0..<channels {
    let map = input + channel * geometry.inputArea
    for kernelRow in 0..<geometry.kernelHeight {
      for kernelColumn in 0..<geometry.kernelWidth {
        unrollTap(map, geometry, kernelRow: kernelRow, kernelColumn: kernelColumn, positions: positions, into: row)
        row += positions.count
      }
    }
  }
}

/// One row of the matrix: what one kernel tap reads at each output position.
private func unrollTap(
  _ map: UnsafePointer<Float>, _ geometry: WindowGeometry, kernelRow: Int, kernelColumn: Int,
  positions: Range<Int>, into destination: UnsafeMutablePointer<Float>
) {
  let real = geometry.realOutputColumns(kernel: kernelColumn)
  var target = destination
  var position = positions.lowerBound
  while position < positions.upperBound {
    let outputRow = position / geometry.outputWidth
    let from = position - outputRow * geometry.outputWidth
    let to = min(geometry.outputWidth, from + positions.upperBound - position)
    let inputRow = geometry.inputRow(output: outputRow, kernel: kernelRow)
    if inputRow < 0 || inputRow >= geometry.inputHeight {
      target.update(repeating: 0, count: to - from)
    } else {
      let source = map + inputRow * geometry.inputWidth + geometry.firstInputColumn(kernel: kernelColumn)
      copyRow(source, geometry.strideWidth, from: from, to: to, real: real, into: target)
    }
    target += to - from
    position += to - from
  }
}

/// Output columns `from..<to` of one row: zeros outside `real`, input values inside.
@inline(__always)
private func copyRow(
  _ source: UnsafePointer<Float>, _ stride: Int, from: Int, to: Int, real: Range<Int>,
  into target: UnsafeMutablePointer<Float>
) {
  let lower = min(max(real.lowerBound, from), to)
  let upper = max(min(real.upperBound, to), lower)
  for column in from..<lower { target[column - from] = 0 }
  if stride == 1 {
    (target + (lower - from)).update(from: source + lower, count: upper - lower)
  } else {
    for column in lower..<upper { target[column - from] = source[column * stride] }
  }
  for column in upper..<to { target[column - from] = 0 }
}
