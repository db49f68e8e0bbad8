/// Bounds on networks from untrusted sources. They keep every derived count in `Int`: values, bytes,
/// multiply-accumulates, and their sums over some ten thousand layers.
enum Limits {
  /// Largest kernel, stride, dilation, padding and adaptive output size.
  static let extent = TensorShape.maximumExtent
  /// Largest number of channels or features that one layer may have or add.
  static let channels = 1 << 24
  /// Largest number of values in one layer's output.
  static let activationElements = 1 << 36
  /// Largest number of multiply-accumulates in one layer.
  static let multiplyAccumulates = 1 << 48

  /// The product of positive `factors`, or `nil` where it exceeds `limit`.
  static func product(_ factors: [Int], atMost limit: Int) -> Int? {
    var product = 1
    for factor in factors {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      guard !overflow, next <= limit else { return nil }
      product = next
    }
    return product
  }
}

extension TensorShape {
  /// Checks a layer's output before anything is counted from it.
  func validatedAsOutput() throws(ShapeRuleViolation) {
    guard batch >= 1, !dimensions.isEmpty, dimensions.allSatisfy({ $0 >= 1 }) else {
      throw ShapeRuleViolation("the output shape \(self) must be positive in every dimension")
    }
    guard Limits.product([batch] + dimensions, atMost: Limits.activationElements) != nil else {
      throw ShapeRuleViolation(
        "the output shape \(self) holds more than the accepted \(Limits.activationElements) values")
    }
  }
}

/// Checks a layer's number of output channels or features.
func requireAcceptedChannels(_ channels: Int, _ noun: String) throws(ShapeRuleViolation) {
  guard (1...Limits.channels).contains(channels) else {
    throw ShapeRuleViolation("\(noun) must be between 1 and \(Limits.channels), not \(channels)")
  }
}

/// Checks that a layer's multiply-accumulates, and so its weights, can be counted.
func requireCountable(_ output: TensorShape, times factors: Int...) throws(ShapeRuleViolation) {
  let all = [output.batch] + output.dimensions + factors
  guard Limits.product(all, atMost: Limits.multiplyAccumulates) != nil else {
    throw ShapeRuleViolation("needs more than the accepted \(Limits.multiplyAccumulates) multiply-accumulates")
  }
}
