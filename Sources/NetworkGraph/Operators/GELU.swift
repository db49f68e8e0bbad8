/// `x (1 + erf(x / sqrt(2))) / 2` (Hendrycks, Gimpel: Gaussian Error Linear Units, 2016): the exact form, not the one
/// with tanh.
public struct GELU: ElementwiseOperator {
  public static let name = "gelu"

  public init() {}
}
