/// The kernels of one instruction set that only training needs.
public struct TrainingKernels: Sendable {
  /// `weightGradients[vectors - 1][inputs - 1]`; as many of each as fit the registers.
  public let weightGradients: [[WeightGradientKernel]]
  public let sampleBlocks: SampleBlockKernels
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
  public let addLanes: @Sendable (LaneSumArguments) -> Void
  public let poolingGradient: @Sendable (PoolingGradientArguments) -> Void
  public let regionMeanGradient: @Sendable (RegionMeanGradientArguments) -> Void
  public let responseNormalization: @Sendable (ResponseNormalizationPassArguments) -> Void
  public let combinationGradient: @Sendable (CombinationGradientArguments) -> Void
  public let dropout: @Sendable (DropoutArguments) -> Void
  public let softmax: @Sendable (SoftmaxArguments) -> Void
  public let softmaxGradient: @Sendable (SoftmaxGradientArguments) -> Void

  @inlinable @inline(__always)
  public init<ISA: InstructionSet>(
    _: ISA.Type, weightGradients: [[WeightGradientKernel]], sampleBlocks: SampleBlockKernels
  ) {
    self.weightGradients = weightGradients
    self.sampleBlocks = sampleBlocks
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
    addLanes = { LaneSum<ISA>.run($0) }
    poolingGradient = { PoolingGradient<ISA>.run($0) }
    regionMeanGradient = { RegionMeanGradient<ISA>.run($0) }
    responseNormalization = { ResponseNormalizationPass<ISA>.run($0) }
    combinationGradient = { CombinationGradient<ISA>.run($0) }
    dropout = { Dropout<ISA>.run($0) }
    softmax = { Softmax<ISA>.run($0) }
    softmaxGradient = { Softmax<ISA>.gradient($0) }
  }
}
