import NetworkGraph

/// The formula for the extent of a window's output with all numbers filled in: `(W - F + 2P) / S + 1`, as lectures
/// write it.
enum ExtentFormula {
  /// One formula for both directions where they are alike, else one for each.
  static func text(_ window: Window, input: Size2D, output: Size2D, ceilMode: Bool) -> String {
    let vertical = Axis(
      size: input.height, kernel: window.kernel.height, stride: window.stride.height,
      dilation: window.dilation.height, before: window.padding.top, after: window.padding.bottom, output: output.height,
      ceilMode: ceilMode)
    let horizontal = Axis(
      size: input.width, kernel: window.kernel.width, stride: window.stride.width, dilation: window.dilation.width,
      before: window.padding.left, after: window.padding.right, output: output.width, ceilMode: ceilMode)
    if vertical == horizontal { return vertical.text("W") }
    return vertical.text("H") + "; " + horizontal.text("W")
  }

  /// A line for each direction that the formula names.
  static func lines(_ formula: String) -> [String] {
    let parts = formula.split(separator: "; ")
    guard parts.count == 2 else { return ["Output: \(formula)"] }
    return ["Output height: \(parts[0])", "Output width: \(parts[1])"]
  }

  /// One direction.
  private struct Axis: Hashable {
    let size: Int
    let kernel: Int
    let stride: Int
    let dilation: Int
    let before: Int
    let after: Int
    let output: Int
    let ceilMode: Bool

    private var extent: Int { (kernel - 1) * dilation + 1 }
    private var span: Int { size - extent + before + after }

    func text(_ letter: String) -> String {
      let padding = before == after ? "2 × \(before)" : "\(before) + \(after)"
      let symbols = before == after ? "2P" : "P₁ + P₂"
      let window = dilation == 1 ? "F" : "(D (F - 1) + 1)"
      let filled = dilation == 1 ? "\(kernel)" : "(\(dilation) × (\(kernel) - 1) + 1)"
      let quotient = "(\(letter) - \(window) + \(symbols)) / S"
      let filledQuotient = "(\(size) - \(filled) + \(padding)) / \(stride)"
      let result = "\(rounded(quotient)) + 1 = \(rounded(filledQuotient)) + 1 = \(output)"
      return result + (isLastDropped ? " (a last window that would begin in the padding is left out)" : "")
    }

    /// Brackets for rounding, where the division has a remainder.
    private func rounded(_ quotient: String) -> String {
      if span % stride == 0 { return quotient }
      return ceilMode ? "⌈\(quotient)⌉" : "⌊\(quotient)⌋"
    }

    private var isLastDropped: Bool { ceilMode && (span + stride - 1) / stride + 1 > output }
  }
}
