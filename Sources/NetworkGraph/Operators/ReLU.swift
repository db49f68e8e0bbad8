/// `max(x, 0)` (Nair, Hinton: Rectified Linear Units Improve Restricted Boltzmann Machines, 2010).
public struct ReLU: ElementwiseOperator {
  /// `relu`.
  public static let name = "relu"

  /// ReLU has no attributes.
  public init() {}
}
