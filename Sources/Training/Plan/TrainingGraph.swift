import KernelTemplates
import NetworkGraph

/// The layers of a network in the order of their computation. Neighbours that one pass over memory can compute are
/// joined.
///
/// Batch normalisation is not folded into convolutions, as inference does it, because its statistics are those of the
/// batch.
struct TrainingGraph {
  /// One layer, which gives what its last node gives.
  struct Layer {
    /// The node that the layer is made from.
    let node: Node
    /// The node whose value it gives: the node itself, or the last that is joined with it.
    let resultName: String
    /// The value that is added to a batch normalisation's.
    let addend: String?
    let activation: Activation
  }

  let layers: [Layer]
  /// Name of the value that is the output, or holds the logits.
  let outputName: String

  /// - Parameters:
  ///   - stopsAtLogits: whether a softmax that ends the network is left to the loss, which takes logits.
  ///   - kept: the name of a node that is not joined with a later one, so that its own value is available.
  init(_ network: Network, stopsAtLogits: Bool, keeping kept: String? = nil) {
    let last = network.nodes.first { $0.name == network.outputName }
    if stopsAtLogits, let last, case .softmax = last.operator {
      outputName = last.inputs[0]
    } else {
      outputName = network.outputName
    }
    let fusions = Fusions(network, outputName: outputName, kept: kept)
    let used = Self.used(network, outputName)
    layers = network.nodes.compactMap { node in
      guard used.contains(node.name), !fusions.absorbed.contains(node.name) else { return nil }
      if let layer = fusions.layers[node.name] { return layer }
      return Layer(node: node, resultName: node.name, addend: nil, activation: .identity)
    }
  }

  /// The nodes that the output depends on.
  private static func used(_ network: Network, _ outputName: String) -> Set<String> {
    var used: Set<String> = [outputName]
    for node in network.nodes.reversed() where used.contains(node.name) { used.formUnion(node.inputs) }
    return used
  }
}

/// Which nodes are computed together.
private struct Fusions {
  /// By the node whose value they give.
  private(set) var layers: [String: TrainingGraph.Layer] = [:]
  /// Nodes that others compute on the way.
  private(set) var absorbed: Set<String> = []
  private let readers: [String: [Node]]
  private let outputName: String
  private let kept: String?

  init(_ network: Network, outputName: String, kept: String?) {
    self.outputName = outputName
    self.kept = kept
    var readers: [String: [Node]] = [:]
    for node in network.nodes {
      for input in node.inputs { readers[input, default: []].append(node) }
    }
    self.readers = readers
    for node in network.nodes where !absorbed.contains(node.name) {
      switch node.operator {
      case .batchNormalization: joinNormalization(node)
      case .convolution, .fullyConnected:
        if let (reader, activation) = activation(behind: node.name), activation.hasDerivativeOfOutput {
          join(node, giving: reader.name, addend: nil, activation)
        }
      default: break
      }
    }
  }

  /// The one node that reads a value, if there is just one.
  private func onlyReader(of name: String) -> Node? {
    guard name != outputName, name != kept, let readers = readers[name], readers.count == 1 else { return nil }
    return readers[0]
  }

  private func activation(behind name: String) -> (node: Node, Activation)? {
    guard let reader = onlyReader(of: name), let activation = reader.operator.activation else { return nil }
    return (reader, activation)
  }

  /// Batch normalisation, the sum of a residual block behind it, and the activation behind that.
  private mutating func joinNormalization(_ node: Node) {
    guard let reader = onlyReader(of: node.name) else { return }
    if let activation = reader.operator.activation, Epilogue(activation).function == nil {
      return join(node, giving: reader.name, addend: nil, activation)
    }
    // The other normalisation of a block with a projection may have taken the sum already.
    guard case .add = reader.operator, reader.inputs.count == 2, layers.values.allSatisfy({ !$0.gives(reader, self) })
    else { return }
    let addend = reader.inputs[0] == node.name ? reader.inputs[1] : reader.inputs[0]
    guard addend != node.name else { return }
    if let (last, activation) = activation(behind: reader.name), Epilogue(activation).function == nil {
      absorbed.insert(reader.name)
      join(node, giving: last.name, addend: addend, activation)
    } else {
      join(node, giving: reader.name, addend: addend, .identity)
    }
  }

  private mutating func join(_ node: Node, giving result: String, addend: String?, _ activation: Activation) {
    absorbed.insert(node.name)
    layers[result] = TrainingGraph.Layer(
      node: node, resultName: result, addend: addend, activation: activation)
  }

  fileprivate func isAbsorbed(_ node: Node) -> Bool { absorbed.contains(node.name) }
}

extension TrainingGraph.Layer {
  /// Whether the layer computes a sum's node, for itself or on the way.
  fileprivate func gives(_ sum: Node, _ fusions: Fusions) -> Bool {
    resultName == sum.name || fusions.isAbsorbed(sum)
  }
}
