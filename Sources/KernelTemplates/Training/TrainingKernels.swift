/// The kernels of one instruction set that only training needs.
public struct TrainingKernels: Sendable {
  /// `weightGradients[vectors - 1][inputs - 1]`; as many of each as fit the registers.
  public let weightGradients: [[WeightGradientKernel]]
  public let winogradGradient: @Sendable (WinogradGradientArguments) -> Void
  public let winogradWeights: @Sendable (WinogradWeightArguments) -> Void
  public let winogradWeightGradient: @Sendable (WinogradWeightGradientArguments) -> Void
  public let depthwiseWeightGradient: @Sendable (DepthwiseWeightGradientArguments) -> Void
  public let moments: @Sendable (MomentArguments) -> Void
  public let normalize: @Sendable (NormalizationArguments) -> Void
  public let normalizationSums: @Sendable (NormalizationGradientArguments) -> Void
  public let normalizationGradient: @Sendable (NormalizationGradientArguments) -> Void
  public let activationGradient: @Sendable (ActivationGradientArguments) -> Void
  public let add: @Sendable (SumArguments) -> Void

  @inlinable @inline(__always)
  public init<ISA: InstructionSet>(_: ISA.Type, weightGradients: [[WeightGradientKernel]]) {
    self.weightGradients = weightGradients
    winogradGradient = { WinogradGradient<ISA>.transform($0) }
    winogradWeights = { WinogradWeights<ISA>.transform($0) }
    winogradWeightGradient = { WinogradGradient<ISA>.transformBack($0) }
    depthwiseWeightGradient = { DepthwiseWeightGradient<ISA>.run($0) }
    moments = { Moments<ISA>.run($0) }
    normalize = { Normalization<ISA>.run($0) }
    normalizationSums = { NormalizationGradient<ISA>.sums($0) }
    normalizationGradient = { NormalizationGradient<ISA>.run($0) }
    activationGradient = { ActivationGradient<ISA>.run($0) }
    add = { Sum<ISA>.run($0) }
  }
}
