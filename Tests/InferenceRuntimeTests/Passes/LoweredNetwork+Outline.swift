import KernelTemplates
import KernelsPortable
import NetworkGraph
import TestSupport

@testable import InferenceRuntime

extension LoweredNetwork {
  /// Nodes with seeded weights, not yet passed over.
  static func lowered(_ input: TensorShape, _ build: (inout NetworkBuilder) -> Void) throws -> LoweredNetwork {
    var net = NetworkBuilder()
    build(&net)
    let network = try net.network(name: "network", inputShape: input)
    return lowerOperators(network, shapes: try network.inferShapes(), weights: try SeededWeights.make(for: network))
  }

  /// A network with seeded weights after all passes, those of row-major maps alone where there are no kernels.
  static func passed(_ network: Network, for kernels: KernelSet? = .portable) throws -> LoweredNetwork {
    let weights = try SeededWeights.make(for: network)
    return Compiler.passes(for: kernels).reduce(
      lowerOperators(network, shapes: try network.inferShapes(), weights: weights)
    ) { $1($0) }
  }

  /// A line for each layer: its name, what it computes, and what it reads.
  var outline: [String] { layers.map(\.outline) }

  func layer(_ name: String) -> LoweredLayer? { layers.first { $0.name == name } }
}

extension LoweredLayer {
  /// For example `sum = convolution + residual, relu (input, stem)`.
  var outline: String {
    "\(name) = \(operation.outline) (\(inputs.joined(separator: ", ")))"
  }

  var convolution: LoweredConvolution? {
    if case .convolution(let lowered) = operation { lowered } else { nil }
  }
}

extension LoweredOperation {
  fileprivate var outline: String {
    switch self {
    case .convolution(let lowered):
      (lowered.residualInput == nil ? "convolution" : "convolution + residual") + Self.suffix(lowered.activation)
    case .fullyConnected(_, _, let activation): "fully connected" + Self.suffix(activation)
    case .scaleAndShift(_, _, let activation): "scale" + Self.suffix(activation)
    case .maxPooling: "max pooling"
    case .averagePooling: "average pooling"
    case .adaptiveAveragePooling: "adaptive pooling"
    case .localResponseNormalization: "normalisation"
    case .activation(let activation): "\(activation)"
    case .parametricReLU: "prelu"
    case .softmax: "softmax"
    case .add(let activation): "add" + Self.suffix(activation)
    case .multiply(let activation): "multiply" + Self.suffix(activation)
    case .concatenate: "concatenate"
    case .selectChannels: "select"
    case .conversion: "conversion"
    case .identity: "identity"
    }
  }

  private static func suffix(_ activation: Activation) -> String {
    activation == .identity ? "" : ", \(activation)"
  }
}
