/// `x` where positive, `weight x` elsewhere, with a learned slope for each channel or one for all
/// (He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015). Weights `[C]`, or `[1]` where shared.
public struct PReLU: ElementwiseOperator {
  public static let name = "prelu"

  /// Whether all channels have one slope.
  public let isShared: Bool

  public init(isShared: Bool = false) {
    self.isShared = isShared
  }

  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] {
    [OperatorParameter(.weight, shape: [isShared ? 1 : inputs[0].channels])]
  }
}
