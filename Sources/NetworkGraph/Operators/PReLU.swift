/// `x` where `x` is positive, `weight * x` elsewhere, with learned slopes (He, Zhang, Ren, Sun: Delving Deep into
/// Rectifiers, 2015). The weight is `[C]`, or `[1]` where all channels share one slope.
public struct PReLU: ElementwiseOperator {
  /// `prelu`.
  public static let name = "prelu"

  /// Whether all channels share one slope. PyTorch's `PReLU()` does by default; ours has one slope for each channel, as
  /// the paper.
  public let isShared: Bool

  /// One slope for each channel unless `isShared`.
  public init(isShared: Bool = false) {
    self.isShared = isShared
  }

  /// The slopes: `[C]`, or `[1]` where shared.
  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] {
    [OperatorParameter(.weight, shape: [isShared ? 1 : inputs[0].channels])]
  }
}
