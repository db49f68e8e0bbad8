/// The rule that an operator's inputs break, before it is known which layer it was.
public struct ShapeRuleViolation: Error, Hashable, Sendable {
  public let rule: String

  public init(_ rule: String) {
    self.rule = rule
  }
}

/// An impossible shape: the layer, what it was given, and the rule that this breaks.
public struct ShapeError: Error, Hashable, Sendable {
  public let network: String
  public let layer: String
  public let operatorName: String
  public let inputShapes: [TensorShape]
  public let rule: String
}

extension ShapeError: CustomStringConvertible {
  public var description: String {
    let shapes = inputShapes.map(\.description).joined(separator: ", ")
    return "\(network): layer \(layer) (\(operatorName)) cannot take input of shape \(shapes): \(rule)"
  }
}
