import KernelTemplates
import NetworkGraph

/// How maps lie in memory between the layers of a plan.
enum MapLayout: Sendable {
  /// As the network and the batch suggest.
  case chosen
  /// In blocks of channels throughout.
  case channelBlocks
  /// In blocks of samples, `[samples / lanes][C][H][W][lanes]`, wherever the layers can take them.
  case sampleBlocks
}

/// Decides which layers of a network use maps in blocks of samples.
///
/// A vector that holds one value of each of many samples is full, however few the channels are. In blocks of
/// channels, a layer of 6 channels leaves most of a vector of 16 empty. All layers up to the first fully connected
/// one change to blocks of samples together, so that no map between them is rearranged.
enum SampleBlocks {
  /// The least ratio of arithmetic in blocks of channels to arithmetic in blocks of samples for which the change
  /// pays. Rearranging the maps at both ends costs a few hundredths.
  private static let worthwhile = 1.1

  /// How many of the first layers take blocks of samples.
  static func layerCount(
    _ graph: TrainingGraph, _ shapes: [String: LayerShapes], lanes: Int, maximumBatch: Int, layout: MapLayout
  ) -> Int {
    let count = ableCount(graph, shapes)
    switch layout {
    case .channelBlocks: return 0
    case .sampleBlocks: return count
    case .chosen:
      let convolutions = graph.layers.prefix(count).compactMap { layer -> (Convolution, LayerShapes)? in
        guard case .convolution(let convolution) = layer.node.operator else { return nil }
        return (convolution, shapes[layer.node.name]!)
      }
      let inChannels = convolutions.reduce(0) { $0 + work($1.0, $1.1, roundedTo: lanes) }
      let inSamples = convolutions.reduce(0) { $0 + work($1.0, $1.1, roundedTo: 1) }
      let samples = storedChannels(maximumBatch, lanes: lanes)
      let ratio = Double(inChannels * maximumBatch) / Double(max(inSamples * samples, 1))
      return ratio >= worthwhile ? count : 0
    }
  }

  /// Multiply-accumulates of a convolution forward and back, with its channels rounded up to whole vectors.
  private static func work(_ convolution: Convolution, _ shapes: LayerShapes, roundedTo lanes: Int) -> Int {
    let (input, output) = (shapes.inputs[0], shapes.output)
    let forward = output.spatial.area * input.channels * storedChannels(output.channels, lanes: lanes)
    let back = input.spatial.area * output.channels * storedChannels(input.channels, lanes: lanes)
    return convolution.kernel.area * (2 * forward + (input.channels > 3 ? back : 0))
  }

  /// The layers in front of the first that reads a vector, if each of them reads the one before it alone and can take
  /// blocks of samples.
  private static func ableCount(_ graph: TrainingGraph, _ shapes: [String: LayerShapes]) -> Int {
    var previous = Network.inputName
    for (index, layer) in graph.layers.enumerated() {
      let readers = graph.layers.count { $0.node.inputs.contains(previous) || $0.addend == previous }
      guard layer.node.inputs == [previous], readers == 1 else { return 0 }
      switch able(layer, shapes[layer.node.name]!) {
      case .takesSamples: previous = layer.resultName
      case .takesVector: return index
      case .takesChannels: return 0
      }
    }
    return 0
  }

  private enum Ability {
    case takesSamples
    case takesVector
    case takesChannels
  }

  private static func able(_ layer: TrainingGraph.Layer, _ shapes: LayerShapes) -> Ability {
    switch layer.node.operator {
    case .fullyConnected, .flatten: .takesVector
    case .convolution(let convolution):
      if convolution.coversMap(shapes.inputs[0], output: shapes.output) {
        .takesVector
      } else {
        convolution.groups == 1 && convolution.stride == 1 && convolution.dilation == 1
          ? .takesSamples : .takesChannels
      }
    case .maxPooling, .averagePooling: .takesSamples
    case .relu, .relu6, .leakyReLU, .hardSwish, .hardSigmoid, .silu, .gelu, .tanh, .sigmoid: .takesSamples
    case .adaptiveAveragePooling, .globalAveragePooling, .batchNormalization, .localResponseNormalization, .prelu,
      .softmax, .add, .multiply, .concatenate, .channelPadding, .channelShuffle, .channelSlice, .dropout:
      .takesChannels
    }
  }
}
