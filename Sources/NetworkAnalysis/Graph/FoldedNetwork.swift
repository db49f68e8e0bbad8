import NetworkGraph

/// A network as a graph of few nodes: blocks and repeats as one each, with what they hold and cost.
public struct FoldedNetwork: Codable, Hashable, Sendable {
  public let name: String
  /// Shape of one sample, without the batch.
  public let inputShape: [Int]
  public let fold: Fold
  /// The input, groups of layers in an order in which they can be computed, and the output.
  public let nodes: [FoldedNode]
  public let edges: [FoldedEdge]
  public let totals: NetworkTotals

  /// - Parameter input: any size, any batch; the network's own shape at batch 1 where not given.
  /// - Throws: `ShapeError` where a layer cannot take its input.
  /// - Complexity: linear in layers and their inputs, but for skips over so many layers that blocks do not hold them.
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

/// A node of a folded network. Counts and bytes are those of all its layers, repeats included.
public struct FoldedNode: Codable, Hashable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    case input
    /// One layer, with what only follows it in its place.
    case layer
    /// Several layers: a residual block, an inception module, a dense block.
    case block
    /// Equal layers or blocks in a row.
    case stage
    case output
  }

  /// Unlike that of any other node.
  public let id: String
  /// The layer's, or that of the module which all of its layers are in.
  public let name: String
  public let kind: Kind
  /// What it is in words: `3x3 conv, 64, /2 + ReLU`, `residual: 1x1, 64 · 3x3, 64 · 1x1, 256`.
  public let label: String
  /// The operator that gives the layer its name; blocks have none.
  public let operatorName: String?
  /// How many equal parts follow one another.
  public let repeats: Int
  /// The names of its layers, as summaries have them.
  public let layers: [String]
  /// Without the batch, of each value that it takes.
  public let inputShapes: [[Int]]
  public let outputShape: [Int]
  public let parameters: Int
  public let macs: Int
  /// The outputs of all of its layers in f32.
  public let activationBytes: Int
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

/// A value on its way from the node that makes it to one that takes it.
public struct FoldedEdge: Codable, Hashable, Sendable {
  public let from: String
  public let to: String
  /// Without the batch.
  public let shape: [Int]
}

/// What a folded network is put together from.
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

  /// A layer may be called so too.
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

  /// The values from outside that a group takes, in their order, once each.
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
