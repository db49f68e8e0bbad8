import KernelTemplates
import NetworkGraph

/// One step of a plan, for people to read.
public struct PlanLayer: Hashable, Sendable {
  /// Name of the layer whose output the step makes; layers fused into it lie between it and the step's inputs.
  public let name: String
  /// For example `convolution 3x3/2`.
  public let operation: String
  /// For example `winograd-f4`.
  public let algorithm: String
  /// Shape of one sample of the first input, `[C, H, W]` or `[F]`, and of the output.
  public let inputShape: [Int]
  public let outputShape: [Int]
  /// Of the layer's definition, whatever the algorithm saves, for one sample.
  public let multiplyAccumulates: Int
  /// Bytes of weights in the order in which the kernel reads them.
  public let weightBytes: Int
}

/// How long one step of a plan took.
public struct LayerTime: Sendable {
  public let layer: PlanLayer
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
