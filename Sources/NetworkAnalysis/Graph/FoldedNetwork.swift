import NetworkGraph

/// A network as a graph of few nodes. A block or a row of equal blocks is one node, with the sums of its layers.
public struct FoldedNetwork: Codable, Hashable, Sendable {
  /// Name of the network.
  public let name: String
  /// Shape of one input sample, without the batch.
  public let inputShape: [Int]
  /// How layers were grouped into nodes.
  public let fold: Fold
  /// The input, then groups of layers in an order in which they can be computed, then the output.
  public let nodes: [FoldedNode]
  /// The connections between nodes. Two nodes are connected at most once.
  public let edges: [FoldedEdge]
  /// Sums over all layers, for the whole batch.
  public let totals: NetworkTotals

  /// Groups the layers of a network into nodes.
  ///
  /// - Parameters:
  ///   - fold: whether blocks become single nodes.
  ///   - input: any size, any batch; the network's own shape at batch 1 where not given.
  /// - Throws: `ShapeError` where a layer cannot take its input.
  /// - Complexity: linear in the number of layers and their inputs, except for long skip connections that no block
  ///   encloses.
  public init(of network: Network, fold: Fold, input: TensorShape? = nil) throws(ShapeError) {
    let summary = try NetworkSummary(of: network, input: input)
    let shapes = try network.inferShapes(input: input)
    let groups = GraphFolding.groups(of: network, shapes: shapes, fold: fold)
    let assembly = FoldedAssembly(network: network, shapes: shapes, summary: summary, groups: groups)
    name = network.name
    inputShape = summary.inputShape
    self.fold = fold
    nodes = assembly.nodes
    edges = assembly.edges
    totals = summary.totals
  }
}

/// A node of a folded network. Counts and bytes are sums over all its layers, repeats included, for the whole batch.
public struct FoldedNode: Codable, Hashable, Sendable {
  /// What a node stands for. Raw values are used in JSON.
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// The network's input. It has no layers.
    case input
    /// One layer, together with the layers that only change its output in place: normalisation, activation, dropout.
    case layer
    /// Several layers: a residual block, an Inception module, a dense block.
    case block
    /// A row of equal layers or blocks.
    case stage
    /// The network's output. It has no layers.
    case output
  }

  /// Identifier, unique among the nodes: the name of the group's last layer, `input`, or `output`.
  public let id: String
  /// Name of the layer or, for several layers, of the module that holds all of them, such as `layer1.0`. A row of equal
  /// blocks has the first and the last name, such as `layer1.1–2`.
  public let name: String
  /// What the node stands for.
  public let kind: Kind
  /// The layers in words, as figures of papers write them: `3x3 conv, 64, /2 + ReLU`,
  /// `residual: 1x1, 64 · 3x3, 64 · 1x1, 256`. For the input and the output it is their shape.
  public let label: String
  /// Name of the layer's operator, such as `convolution`. It is `nil` for blocks, rows of blocks, the input and the
  /// output.
  public let operatorName: String?
  /// Number of equal layers or blocks in the row; 1 for a node that is not a stage.
  public let repeats: Int
  /// Names of the node's layers, in the order of computation.
  public let layers: [String]
  /// Shapes of the values that the node takes from other nodes, without the batch.
  public let inputShapes: [[Int]]
  /// Shape of the node's output, without the batch.
  public let outputShape: [Int]
  /// Weights and biases of all layers of the node. A tensor that layers share is counted with the first of them only.
  public let parameters: Int
  /// Multiply-accumulates of all layers of the node; 1 MAC is 2 FLOPs.
  public let macs: Int
  /// Outputs of all layers of the node in f32, in bytes.
  public let activationBytes: Int
  /// Receptive field of the node's output.
  public let receptiveField: ReceptiveField

  enum CodingKeys: String, CodingKey {
    case activationBytes = "activation_bytes"
    case id
    case inputShapes = "input_shapes"
    case kind, label, layers, macs, name
    case operatorName = "operator"
    case outputShape = "output_shape"
    case parameters
    case receptiveField = "receptive_field"
    case repeats = "repeat"
  }
}

/// A connection: one node's output is an input of another node.
public struct FoldedEdge: Codable, Hashable, Sendable {
  /// `id` of the node that makes the value.
  public let from: String
  /// `id` of the node that takes the value.
  public let to: String
  /// Shape of the value, without the batch.
  public let shape: [Int]
}

/// The network, its shapes and its groups, from which nodes and edges are made.
private struct FoldedAssembly {
  let network: Network
  let shapes: NetworkShapes
  let summary: NetworkSummary
  let groups: [LayerGroup]

  private var labels: GroupLabels { GroupLabels(network: network, shapes: shapes) }

  var nodes: [FoldedNode] { [inputNode] + groups.map(node) + [outputNode] }

  private var inputNode: FoldedNode {
    end(Network.inputName, .input, [], shapes.input, ReceptiveField(vertical: .init(), horizontal: .init()))
  }

  private var outputNode: FoldedNode {
    let value = network.wiring.output
    let field = value == 0 ? inputNode.receptiveField : summary.layers[value - 1].receptiveField
    return end(outputID, .output, [shapes.output.dimensions], shapes.output, field)
  }

  /// `output`, with `_` appended where a layer has that name.
  private var outputID: String {
    var id = "output"
    let taken = Set(network.nodes.lazy.map(\.name))
    while taken.contains(id) { id += "_" }
    return id
  }

  private func end(
    _ id: String, _ kind: FoldedNode.Kind, _ inputs: [[Int]], _ shape: TensorShape, _ field: ReceptiveField
  ) -> FoldedNode {
    FoldedNode(
      id: id, name: kind.rawValue, kind: kind, label: NumberFormat.shape(shape.dimensions), operatorName: nil,
      repeats: 1, layers: [], inputShapes: inputs, outputShape: shape.dimensions, parameters: 0, macs: 0,
      activationBytes: 0, receptiveField: field)
  }

  private func node(_ group: LayerGroup) -> FoldedNode {
    let layers = group.values.map { summary.layers[$0 - 1] }
    let isLayer = group.kind == .layer
    return FoldedNode(
      id: layers[layers.count - 1].name, name: labels.name(of: group),
      kind: group.repeats > 1 ? .stage : isLayer ? .layer : .block, label: labels.label(of: group),
      operatorName: isLayer ? layers[0].operatorName : nil, repeats: group.repeats, layers: layers.map(\.name),
      inputShapes: taken(by: group).map { shape(of: $0).dimensions },
      outputShape: layers[layers.count - 1].outputShape,
      parameters: layers.reduce(0) { $0 + $1.parameters }, macs: layers.reduce(0) { $0 + $1.macs },
      activationBytes: layers.reduce(0) { $0 + $1.activationBytes },
      receptiveField: layers[layers.count - 1].receptiveField)
  }

  private func shape(of value: Int) -> TensorShape { value == 0 ? shapes.input : shapes.layers[value - 1].output }

  /// The values from outside the group that its layers take, in their order, once each.
  private func taken(by group: LayerGroup) -> [Int] {
    var seen = Set(group.values)
    return group.values.flatMap { network.wiring.inputs[$0 - 1] }.filter { seen.insert($0).inserted }
  }

  var edges: [FoldedEdge] {
    let ids = [Network.inputName] + groups.map { network.nodes[$0.exit - 1].name }
    var groupOf = [Int](repeating: 0, count: network.nodes.count + 1)
    for (index, group) in groups.enumerated() {
      for value in group.values { groupOf[value] = index + 1 }
    }
    var edges: [FoldedEdge] = []
    for (index, group) in groups.enumerated() {
      var sources: Set<Int> = []
      for value in taken(by: group) where sources.insert(groupOf[value]).inserted {
        edges.append(FoldedEdge(from: ids[groupOf[value]], to: ids[index + 1], shape: shape(of: value).dimensions))
      }
    }
    let output = network.wiring.output
    return edges + [FoldedEdge(from: ids[groupOf[output]], to: outputID, shape: shapes.output.dimensions)]
  }
}
