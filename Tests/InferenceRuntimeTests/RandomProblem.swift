import KernelTemplates
import NetworkGraph

@testable import InferenceRuntime

/// The kinds of layers that are drawn.
enum RandomLayer: String, CaseIterable, Codable, Sendable {
  case convolution, convolution3x3, depthwise, pointwise, widePointwise, maxPooling, averagePooling
  case adaptiveAveragePooling, globalAveragePooling, localResponseNormalization, batchNormalization, relu, relu6
  case leakyReLU, prelu, hardSwish, hardSigmoid, silu, gelu, tanh, sigmoid, softmax, multiply, channelPadding
  case channelShuffle, channelSlice
}

/// Random layers with awkward attributes: odd channels, asymmetric padding, dilation, groups.
struct RandomProblem {
  let network: Network

  /// One operator on a random input, or `nil` where the draw is an impossible shape.
  static func single(_ kind: RandomLayer, seed: UInt64) throws -> RandomProblem? {
    var generator = SeededGenerator(seed: seed)
    let groups = [1, 1, 2, 3].randomElement(using: &generator)!
    // Kernels that prefetch are for many channels.
    let channels = groups * Int.random(in: kind == .widePointwise ? 128...150 : 1...9, using: &generator)
    let shape = TensorShape(
      channels: channels, height: Int.random(in: 1...23, using: &generator),
      width: Int.random(in: 1...23, using: &generator))
    let layer = layer(kind, channels: channels, groups: groups, &generator)
    let inputs = [String](repeating: Network.inputName, count: kind == .multiply ? 2 : 1)
    let network = try Network(
      name: "\(kind)-\(seed)", inputShape: shape, nodes: [Node("layer", layer, inputs: inputs)])
    guard let shapes = try? network.inferShapes().layers[0], seesValues(layer, shapes) else { return nil }
    return RandomProblem(network: network)
  }

  /// Whether no window of a pooling lies in padding alone, where there is nothing to take the largest or the mean of.
  static func seesValues(_ layer: Operator, _ shapes: LayerShapes) -> Bool {
    guard layer.definition is MaxPooling || layer.definition is AveragePooling,
      let window = layer.definition.window(for: shapes.inputs[0])
    else { return true }
    let geometry = WindowGeometry(window, input: shapes.inputs[0], output: shapes.output)
    return (0..<geometry.outputHeight).allSatisfy { !geometry.realKernelRows(output: $0).isEmpty }
      && (0..<geometry.outputWidth).allSatisfy { !geometry.realKernelColumns(output: $0).isEmpty }
  }

  /// The same operator in the midst of others: behind a convolution, so that it reads a map in blocks, before a sum where
  /// the shapes allow one, and in a concatenation that a fully connected layer reads.
  static func embedded(_ kind: RandomLayer, seed: UInt64) throws -> RandomProblem? {
    guard let single = try single(kind, seed: seed) else { return nil }
    let (shape, shapes) = (single.network.inputShape, try single.network.inferShapes())
    var net = NetworkBuilder()
    let before = net.append("before", .convolution(Convolution(outputChannels: shape.channels, kernel: 1)))
    var joined = [net.append("layer", single.network.nodes[0].operator, inputs: operands(kind, before, seed, &net))]
    if shapes.output == shape { joined = [net.append("sum", .add(Add()), inputs: [joined[0], before])] }
    joined.append(
      net.append("beside", .convolution(Convolution(outputChannels: Int(seed % 37) + 1, kernel: 1)), inputs: joined))
    net.append("joined", .concatenate(Concatenate()), inputs: joined)
    net.append("flat", .flatten(Flatten()))
    net.append("last", .fullyConnected(FullyConnected(outputFeatures: Int(seed % 53) + 1)))
    return RandomProblem(network: try net.network(name: "embedded-\(kind)-\(seed)", inputShape: shape))
  }

  /// A product takes another map as well, or one factor a channel.
  private static func operands(
    _ kind: RandomLayer, _ before: String, _ seed: UInt64, _ net: inout NetworkBuilder
  ) -> [String] {
    guard kind == .multiply else { return [before] }
    guard seed % 2 == 0 else { return [before, before] }
    net.append("squeeze", .globalAveragePooling(GlobalAveragePooling()), inputs: [before])
    return [net.append("scale", .hardSigmoid(HardSigmoid())), before]
  }

  static func layer(
    _ kind: RandomLayer, channels: Int, groups: Int, _ generator: inout SeededGenerator
  ) -> Operator {
    func size(_ range: ClosedRange<Int>) -> Size2D {
      Size2D(height: .random(in: range, using: &generator), width: .random(in: range, using: &generator))
    }
    let (kernel, stride) = (size(1...5), size(1...3))
    let edges = EdgePadding(
      top: .random(in: 0...2, using: &generator), left: .random(in: 0...2, using: &generator),
      bottom: .random(in: 0...2, using: &generator), right: .random(in: 0...2, using: &generator))
    let padding = Bool.random(using: &generator) ? Padding.edges(edges) : .same
    let flag = Bool.random(using: &generator)
    switch kind {
    case .convolution:
      return .convolution(
        Convolution(
          outputChannels: groups * Int.random(in: 1...11, using: &generator), kernel: kernel, stride: stride,
          padding: padding, dilation: size(1...2), groups: groups, hasBias: flag))
    case .convolution3x3:
      // Stride 1: what Winograd's algorithms take, if it reads a map in blocks.
      return .convolution(
        Convolution(
          outputChannels: flag ? channels : Int.random(in: 1...80, using: &generator), kernel: 3,
          padding: flag ? 1 : padding))
    case .depthwise:
      return .convolution(
        Convolution(
          outputChannels: channels, kernel: kernel, stride: stride, padding: padding, dilation: size(1...2),
          groups: channels, hasBias: flag))
    case .pointwise, .widePointwise:
      return .convolution(Convolution(outputChannels: Int.random(in: 1...70, using: &generator), kernel: 1))
    case .maxPooling:
      return .maxPooling(
        MaxPooling(kernel: kernel, stride: stride, padding: padding, dilation: size(1...2), ceilMode: flag))
    case .averagePooling:
      return .averagePooling(
        AveragePooling(
          kernel: kernel, stride: stride, padding: padding, ceilMode: flag,
          countIncludePad: .random(using: &generator)))
    case .adaptiveAveragePooling: return .adaptiveAveragePooling(AdaptiveAveragePooling(outputSize: size(1...7)))
    case .globalAveragePooling: return .globalAveragePooling(GlobalAveragePooling())
    case .localResponseNormalization:
      return .localResponseNormalization(
        LocalResponseNormalization(
          size: .random(in: 1...6, using: &generator), alpha: 0.3, beta: flag ? 0.75 : 0.6, k: 2))
    case .batchNormalization: return .batchNormalization(BatchNormalization(epsilon: 1e-3))
    case .relu: return .relu(ReLU())
    case .relu6: return .relu6(ReLU6())
    case .leakyReLU: return .leakyReLU(LeakyReLU(negativeSlope: 0.1))
    case .prelu: return .prelu(PReLU(isShared: flag))
    case .hardSwish: return .hardSwish(HardSwish())
    case .hardSigmoid: return .hardSigmoid(HardSigmoid())
    case .silu: return .silu(SiLU())
    case .gelu: return .gelu(GELU())
    case .tanh: return .tanh(Tanh())
    case .sigmoid: return .sigmoid(Sigmoid())
    case .softmax: return .softmax(Softmax())
    case .multiply: return .multiply(Multiply())
    case .channelPadding:
      return .channelPadding(
        ChannelPadding(before: .random(in: 0...3, using: &generator), after: .random(in: 0...3, using: &generator)))
    case .channelShuffle: return .channelShuffle(ChannelShuffle(groups: groups))
    case .channelSlice:
      let start = Int.random(in: 0..<channels, using: &generator)
      return .channelSlice(
        ChannelSlice(start: start, count: .random(in: 1...channels - start, using: &generator)))
    }
  }
}
