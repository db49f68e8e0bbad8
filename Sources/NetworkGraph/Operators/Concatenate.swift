/// Inputs joined along one axis, in their order: the join of Inception modules and dense blocks.
public struct Concatenate: OperatorDefinition {
  /// `concatenate`.
  public static let name = "concatenate"

  /// The axis of `N x C x H x W` along which the inputs are joined: 1 for channels, 2 for height, 3 for width. Vectors
  /// have only axis 1. Axis 0, the batch, is not accepted, because samples must not mix.
  public let axis: Int

  /// Joins along `axis`; along the channels where not given.
  public init(axis: Int = 1) {
    self.axis = axis
  }

  /// The common shape of the inputs, with their extents along `axis` added up.
  ///
  /// - Throws: `ShapeRuleViolation` where there is no input, where the inputs do not have `axis`, or where they differ
  ///   along another axis.
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

  /// The dimensions that must agree, with `nil` at `axis`. A vector has fewer of them than a map, and so differs from
  /// it.
  private func others(_ shape: TensorShape) -> [Int?] {
    shape.dimensions.indices.map { $0 == axis - 1 ? nil : shape.dimensions[$0] }
  }
}
