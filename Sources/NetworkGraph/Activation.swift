/// A function of one value. A layer applies it to each value of a feature map or vector.
///
/// The compiler fuses activations into the layer before them. `apply(_:)` defines each function, and the tests of the
/// kernels compare against it.
public enum Activation: Hashable, Sendable {
  /// `x`: the layer has no activation.
  case identity
  /// `max(x, 0)`.
  case relu
  /// `min(max(x, 0), 6)`.
  case relu6
  /// `x` where `x` is positive, `negativeSlope * x` elsewhere. No slope is refused; PyTorch's default is 0.01.
  case leakyReLU(negativeSlope: Float)
  /// `x relu6(x + 3) / 6` (Howard et al.: Searching for MobileNetV3, 2019, section 5.2).
  case hardSwish
  /// `relu6(x + 3) / 6`: the gate of MobileNetV3 (Howard et al., 2019, section 5.2).
  case hardSigmoid
  /// `x / (1 + exp(-x))`, also called swish (Ramachandran et al., 2017).
  case silu
  /// `x (1 + erf(x / sqrt(2))) / 2`: the exact form, PyTorch's default (Hendrycks and Gimpel, 2016).
  case gelu
  /// Hyperbolic tangent, with values in `-1...1`.
  case tanh
  /// `1 / (1 + exp(-x))`, with values in `0...1`.
  case sigmoid
}
