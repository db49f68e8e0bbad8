/// A tensor that an operator needs, before it is known which layer's it is.
public struct OperatorParameter: Hashable, Sendable {
  public let role: ParameterRole
  public let shape: [Int]

  public init(_ role: ParameterRole, shape: [Int]) {
    self.role = role
    self.shape = shape
  }

  public var count: Int { shape.reduce(1, *) }
}
