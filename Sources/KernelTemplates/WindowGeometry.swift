/// Everything a sliding-window kernel needs to know about where it reads: one channel `inputHeight x inputWidth`
/// in, `outputHeight x outputWidth` out. Padding after the map follows from the output extent.
public struct WindowGeometry: Sendable, Hashable {
  public var inputHeight: Int
  public var inputWidth: Int
  public var outputHeight: Int
  public var outputWidth: Int
  public var kernelHeight: Int
  public var kernelWidth: Int
  public var strideHeight: Int
  public var strideWidth: Int
  public var paddingTop: Int
  public var paddingLeft: Int
  public var dilationHeight: Int
  public var dilationWidth: Int

  @inlinable
  public init(
    inputHeight: Int, inputWidth: Int, outputHeight: Int, outputWidth: Int, kernelHeight: Int, kernelWidth: Int,
    strideHeight: Int, strideWidth: Int, paddingTop: Int, paddingLeft: Int, dilationHeight: Int, dilationWidth: Int
  ) {
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.outputHeight = outputHeight
    self.outputWidth = outputWidth
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.paddingTop = paddingTop
    self.paddingLeft = paddingLeft
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
  }

  @inlinable public var inputArea: Int { inputHeight * inputWidth }
  @inlinable public var outputArea: Int { outputHeight * outputWidth }
  @inlinable public var kernelArea: Int { kernelHeight * kernelWidth }

  /// Input row under kernel row `kernelRow` for output row `row`; may lie in the padding.
  @inlinable @inline(__always)
  public func inputRow(output row: Int, kernel kernelRow: Int) -> Int {
    row * strideHeight - paddingTop + kernelRow * dilationHeight
  }

  /// Input column under kernel column `kernelColumn` for output column 0; may lie in the padding.
  @inlinable @inline(__always)
  public func firstInputColumn(kernel kernelColumn: Int) -> Int {
    kernelColumn * dilationWidth - paddingLeft
  }

  /// Output columns for which `kernelColumn` reads a real input column, not padding.
  @inlinable @inline(__always)
  public func realOutputColumns(kernel kernelColumn: Int) -> Range<Int> {
    let first = firstInputColumn(kernel: kernelColumn)
    let lower = first >= 0 ? 0 : (-first + strideWidth - 1) / strideWidth
    let upper = inputWidth - first <= 0 ? 0 : (inputWidth - first - 1) / strideWidth + 1
    let clamped = min(max(upper, 0), outputWidth)
    return min(lower, clamped)..<clamped
  }

  /// Output rows for which `kernelRow` reads a real input row, not padding.
  @inlinable @inline(__always)
  public func realOutputRows(kernel kernelRow: Int) -> Range<Int> {
    let first = kernelRow * dilationHeight - paddingTop
    let lower = first >= 0 ? 0 : (-first + strideHeight - 1) / strideHeight
    let upper = inputHeight - first <= 0 ? 0 : (inputHeight - first - 1) / strideHeight + 1
    let clamped = min(max(upper, 0), outputHeight)
    return min(lower, clamped)..<clamped
  }

  /// Kernel rows that read a real input row, not padding, for output row `row`.
  @inlinable @inline(__always)
  public func realKernelRows(output row: Int) -> Range<Int> {
    Self.realTaps(
      first: row * strideHeight - paddingTop, dilation: dilationHeight, kernel: kernelHeight, extent: inputHeight)
  }

  /// Kernel columns that read a real input column, not padding, for output column `column`.
  @inlinable @inline(__always)
  public func realKernelColumns(output column: Int) -> Range<Int> {
    Self.realTaps(
      first: column * strideWidth - paddingLeft, dilation: dilationWidth, kernel: kernelWidth, extent: inputWidth)
  }

  /// Output columns for which every kernel column reads a real input column.
  @inlinable @inline(__always)
  public var interiorColumns: Range<Int> {
    let lower = min((paddingLeft + strideWidth - 1) / strideWidth, outputWidth)
    let room = inputWidth + paddingLeft - ((kernelWidth - 1) * dilationWidth + 1)
    let upper = room < 0 ? 0 : min(room / strideWidth + 1, outputWidth)
    return lower..<max(lower, upper)
  }

  @inlinable @inline(__always)
  static func realTaps(first: Int, dilation: Int, kernel: Int, extent: Int) -> Range<Int> {
    let lower = first >= 0 ? 0 : min((-first + dilation - 1) / dilation, kernel)
    let upper = extent - first <= 0 ? 0 : min((extent - first - 1) / dilation + 1, kernel)
    return lower..<max(lower, upper)
  }
}
