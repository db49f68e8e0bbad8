/// Tensors joined along one axis, in the order of the inputs.
public struct Concatenate: OperatorDefinition {
  public static let name = "concatenate"

  /// The axis of `N x C x H x W` along which the inputs lie behind one another: 1 for channels, 2 for height, 3 for
  /// width. Axis 0, the batch, is not accepted: samples never mix.
  public let axis: Int

  public init(axis: Int = 1) {
    self.axis = axis
  }

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    guard let first = inputs.first else { throw ShapeRuleViolation("needs at least one input") }
    guard (1...Self.axisNames.count).contains(axis) else {
      throw ShapeRuleViolation("the axis must be 1 (channels), 2 (height) or 3 (width), not \(axis)")
    }
    guard axis <= first.dimensions.count else {
      throw ShapeRuleViolation("a vector has no axis \(axis) (\(Self.axisNames[axis - 1])), only 1")
    }
    guard inputs.allSatisfy({ $0.batch == first.batch && others($0) == others(first) }) else {
      let names = Self.axisNames.indices.filter { $0 != axis - 1 }.map { Self.axisNames[$0] }
      throw ShapeRuleViolation("all inputs must have the same \(names.joined(separator: " and "))")
    }
    var dimensions = first.dimensions
    dimensions[axis - 1] = inputs.reduce(0) { $0 + $1.dimensions[axis - 1] }
    return TensorShape(batch: first.batch, dimensions)
  }

  private static let axisNames = ["channels", "height", "width"]

  /// The dimensions that must agree. What has fewer of them differs, a vector from a map.
  private func others(_ shape: TensorShape) -> [Int?] {
    shape.dimensions.indices.map { $0 == axis - 1 ? nil : shape.dimensions[$0] }
  }
}
