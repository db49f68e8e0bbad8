import KernelTemplates
import NetworkGraph

/// A description of one step of an `ExecutionPlan`, for reports.
public struct PlanLayer: Hashable, Sendable {
  /// The name of the layer whose output the step computes. Layers that were fused into the step lie between this
  /// layer and the step's inputs.
  public let name: String
  /// The operation in words, for example `convolution 3x3/2` for a kernel of 3 x 3 with stride 2.
  public let operation: String
  /// The algorithm of the step, for example `winograd-f4`.
  public let algorithm: String
  /// The shape of one sample of the step's first input, `[C, H, W]` or `[F]`.
  public let inputShape: [Int]
  /// The shape of one sample of the step's output, `[C, H, W]` or `[F]`.
  public let outputShape: [Int]
  /// Multiply-accumulates of the layer's definition for one sample. The count does not depend on the algorithm. It is
  /// 0 for operations other than convolutions and fully connected layers.
  public let multiplyAccumulates: Int
  /// Bytes of the step's packed weights.
  public let weightBytes: Int
}

/// The measured time of one plan step.
public struct LayerTime: Sendable {
  /// The description of the step.
  public let layer: PlanLayer
  /// The time of the step for all samples of the batch together.
  public let time: Duration
}

extension PlanLayer {
  init(_ layer: LoweredLayer, step: any ExecutionStep) {
    name = layer.name
    operation = layer.operation.summary
    algorithm = step.algorithm
    inputShape = layer.inputShapes[0].dimensions
    outputShape = layer.outputShape.dimensions
    multiplyAccumulates = layer.multiplyAccumulates
    weightBytes = step.weightBytes
  }
}

extension LoweredLayer {
  fileprivate var multiplyAccumulates: Int {
    switch operation {
    case .convolution(let lowered):
      lowered.convolution.multiplyAccumulates(inputs: [inputShapes[0]], output: outputShape) / lowered.mergedGroups
    case .fullyConnected(let weights, _, _): weights.count
    case .scaleAndShift, .maxPooling, .averagePooling, .adaptiveAveragePooling, .localResponseNormalization,
      .activation, .parametricReLU, .softmax, .add, .multiply, .concatenate, .selectChannels, .conversion, .identity:
      0
    }
  }
}

extension LoweredOperation {
  fileprivate var summary: String {
    switch self {
    case .convolution(let lowered):
      "\(lowered.isGrouped ? "grouped " : "")convolution \(lowered.convolution.kernel)/\(lowered.convolution.stride.height)"
    case .fullyConnected: "fully connected"
    case .scaleAndShift: "batch normalisation"
    case .maxPooling(let pooling): "max pooling \(pooling.kernel)/\(pooling.stride.height)"
    case .averagePooling(let pooling): "average pooling \(pooling.kernel)/\(pooling.stride.height)"
    case .adaptiveAveragePooling: "adaptive average pooling"
    case .localResponseNormalization: "local response normalisation"
    case .activation: "activation"
    case .softmax: "softmax"
    case .parametricReLU: "parametric ReLU"
    case .add: "add"
    case .multiply: "multiply"
    case .concatenate: "concatenate"
    case .selectChannels(let selection): selection.summary
    case .conversion: "layout conversion"
    case .identity: "copy"
    }
  }
}

extension LoweredConvolution {
  fileprivate var isGrouped: Bool { convolution.groups * mergedGroups > 1 }
}
