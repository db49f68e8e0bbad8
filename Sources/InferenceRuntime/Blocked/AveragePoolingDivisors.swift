import NetworkGraph

/// What each output position of an average pooling is divided by.
package struct AveragePoolingDivisors {
  /// Row-major over the output map.
  package let values: [Int]

  package init(_ pooling: AveragePooling, window: Window, input: Size2D, output: Size2D) {
    let rows = (0..<output.height).map { row in
      Self.length(
        row * window.stride.height, window.kernel.height, before: window.padding.top, after: window.padding.bottom,
        extent: input.height, countIncludePad: pooling.countIncludePad)
    }
    let columns = (0..<output.width).map { column in
      Self.length(
        column * window.stride.width, window.kernel.width, before: window.padding.left, after: window.padding.right,
        extent: input.width, countIncludePad: pooling.countIncludePad)
    }
    values = rows.flatMap { row in columns.map { row * $0 } }
  }

  /// Length of a window that starts at `start` of the padded map: with its padding but without what hangs over the
  /// padded map's end, or of the real part alone.
  private static func length(
    _ start: Int, _ kernel: Int, before: Int, after: Int, extent: Int, countIncludePad: Bool
  ) -> Int {
    let end = min(start + kernel, before + extent + after)
    return countIncludePad ? end - start : min(end - before, extent) - max(start - before, 0)
  }
}
