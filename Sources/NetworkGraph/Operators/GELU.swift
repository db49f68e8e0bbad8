/// `x (1 + erf(x / sqrt(2))) / 2` (Hendrycks, Gimpel: Gaussian Error Linear Units, 2016). This is the exact form and
/// PyTorch's default, not the approximation by tanh.
public struct GELU: ElementwiseOperator {
  /// `gelu`.
  public static let name = "gelu"

  /// GELU has no attributes.
  public init() {}
}
