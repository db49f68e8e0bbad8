public import NetworkGraph

/// What a kernel does to each value as it stores it, once bias and residual are added.
///
/// Identity, ReLU and ReLU6 are bounds, which kernels apply in registers. Every other function is applied by whoever calls
/// a kernel, through `KernelSet.apply`, to the few vectors that the kernel has just stored and that are still in the
/// first-level cache. (Inside of the kernels even a call that is never made costs: depthwise ones took an eighth longer.)
public struct Epilogue: Hashable, Sendable {
  public let activation: Activation
  /// Results are forced into `lower...upper`.
  public let lower: Float
  public let upper: Float
  /// What the bounds leave to do; `nil` where they are all.
  public let function: Activation?

  public init(_ activation: Activation) {
    self.activation = activation
    switch activation {
    case .identity: (lower, upper, function) = (-.infinity, .infinity, nil)
    case .relu: (lower, upper, function) = (0, .infinity, nil)
    case .relu6: (lower, upper, function) = (0, 6, nil)
    case .leakyReLU, .hardSwish, .hardSigmoid, .silu, .gelu, .tanh, .sigmoid:
      (lower, upper, function) = (-.infinity, .infinity, activation)
    }
  }

  /// Values are stored as they are.
  public static let none = Epilogue(.identity)

  @inlinable
  var isUnbounded: Bool { lower == -.infinity && upper == .infinity }
}
