/// A tensor that an operator needs from a weight file.
public struct ParameterDeclaration: Hashable, Sendable {
  /// What the values are for, which decides how they are counted.
  public enum Role: Hashable, Sendable {
    /// Learned factors: convolution kernels, matrices, batch normalisation's scale.
    case weight
    /// Learned offsets.
    case bias
    /// Running mean and variance: stored with the weights but not learned, so not counted as parameters.
    case statistic
  }

  /// Name in the weight file: the suffix (`weight`) from an operator, the full name (`conv1.weight`) from a network.
  public let name: String
  public let shape: [Int]
  public let role: Role

  public init(_ name: String, shape: [Int], role: Role) {
    self.name = name
    self.shape = shape
    self.role = role
  }

  public var count: Int { shape.reduce(1, *) }
}
