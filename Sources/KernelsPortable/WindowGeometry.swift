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

  public var inputArea: Int { inputHeight * inputWidth }
  public var outputArea: Int { outputHeight * outputWidth }
  public var kernelArea: Int { kernelHeight * kernelWidth }

  /// Input row under kernel row `kernelRow` for output row `row`; may lie in the padding.
  @inline(__always)
  func inputRow(output row: Int, kernel kernelRow: Int) -> Int {
    row * strideHeight - paddingTop + kernelRow * dilationHeight
  }

  /// Input column under kernel column `kernelColumn` for output column 0; may lie in the padding.
  @inline(__always)
  func firstInputColumn(kernel kernelColumn: Int) -> Int {
    kernelColumn * dilationWidth - paddingLeft
  }

  /// Output columns for which `kernelColumn` reads a real input column, not padding.
  @inline(__always)
  func realOutputColumns(kernel kernelColumn: Int) -> Range<Int> {
    let first = firstInputColumn(kernel: kernelColumn)
    let lower = first >= 0 ? 0 : (-first + strideWidth - 1) / strideWidth
    let upper = inputWidth - first <= 0 ? 0 : (inputWidth - first - 1) / strideWidth + 1
    let clamped = min(max(upper, 0), outputWidth)
    return min(lower, clamped)..<clamped
  }
}
