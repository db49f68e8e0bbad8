/// A tensor that an operator needs, without the name of the layer. `ParameterDeclaration` adds the name.
public struct OperatorParameter: Hashable, Sendable {
  /// The tensor's part in the operator, such as weight or bias.
  public let role: ParameterRole
  /// The tensor's extents, row-major, such as `[outputChannels, C / groups, kernel height, kernel width]` for a
  /// convolution.
  public let shape: [Int]

  /// Declares the tensor for `role` with row-major extents `shape`.
  public init(_ role: ParameterRole, shape: [Int]) {
    self.role = role
    self.shape = shape
  }

  /// Number of values in the tensor: the product of its extents.
  public var count: Int { shape.reduce(1, *) }
}
