/// A function of one value, applied to each value of a map or vector.
///
/// Layers are fused with it, and `apply` defines it: kernels are tested against that.
public enum Activation: Hashable, Sendable {
  /// `x`.
  case identity
  /// `max(x, 0)`.
  case relu
  /// `min(max(x, 0), 6)`.
  case relu6
  /// `x` where positive, `negativeSlope x` elsewhere.
  case leakyReLU(negativeSlope: Float)
  /// `x relu6(x + 3) / 6` (Howard et al.: Searching for MobileNetV3, 2019, section 5.2).
  case hardSwish
  /// `relu6(x + 3) / 6`.
  case hardSigmoid
  /// `x / (1 + exp(-x))`, also called swish (Ramachandran et al., 2017).
  case silu
  /// `x (1 + erf(x / sqrt(2))) / 2`: the exact form, PyTorch's default (Hendrycks and Gimpel, 2016).
  case gelu
  /// Hyperbolic tangent.
  case tanh
  /// `1 / (1 + exp(-x))`.
  case sigmoid
}
