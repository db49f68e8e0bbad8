import NetworkGraph
import Testing
import Training

/// One layer, what it takes, and the gradient of what it gives.
struct LayerProblem: Sendable {
  var node: Node
  /// Shapes of the graph.
  var inputShapes: [TensorShape]
  var outputShape: TensorShape
  /// Shapes in memory: maps where the graph has their flattened form.
  var mapShapes: [TensorShape]
  /// `[input][sample]`, row-major.
  var inputs: [[[Float]]]
  /// `[sample]`, row-major.
  var gradient: [[Float]]
  /// Gradients that other layers have contributed to the inputs before, `[input][sample]`.
  var earlier: [[[Float]]]?
  /// Whether the layer's own gradient is also what was contributed to its first input: the sum of a block that the layer
  /// is a branch of.
  var isBranch = false
  /// Whether all inputs are one value.
  var isOneValue = false
  /// The slopes of PReLU.
  var slopes: [Float] = []

  var batch: Int { gradient.count }

  static let name = "layer"
  /// What PReLU's slopes are called.
  static let slopeName = "layer.weight"

  var weights: Weights {
    slopes.isEmpty ? [:] : [Self.slopeName: WeightTensor(shape: [slopes.count], values: slopes)]
  }
}

extension LayerProblem: CustomTestStringConvertible {
  var testDescription: String {
    "\(node.operator) of \(inputShapes.map(\.description)), in memory \(mapShapes.map(\.description)), batch \(batch)"
      + (earlier == nil ? "" : ", added to earlier gradients") + (isBranch ? ", a branch" : "")
      + (isOneValue ? ", all inputs the same" : "")
  }
}

extension LayerProblem {
  /// Draws values for everything; numbers from -2 to 2.
  init(
    _ operator: Operator, _ inputShapes: [TensorShape], maps: [TensorShape]? = nil, batch: Int,
    _ random: inout CounterGenerator
  ) throws {
    func values(_ count: Int, _ random: inout CounterGenerator) -> [[Float]] {
      (0..<batch).map { _ in (0..<count).map { _ in Float(random.uniform(in: -2...2)) } }
    }
    node = Node(Self.name, `operator`, inputs: inputShapes.map { _ in Network.inputName })
    self.inputShapes = inputShapes
    outputShape = try `operator`.definition.outputShape(for: inputShapes)
    mapShapes = maps ?? inputShapes
    inputs = []
    for shape in inputShapes { inputs.append(values(shape.elementsPerSample, &random)) }
    gradient = values(outputShape.elementsPerSample, &random)
    if random.bool(probability: 0.4) {
      var earlier: [[[Float]]] = []
      for shape in inputShapes { earlier.append(values(shape.elementsPerSample, &random)) }
      self.earlier = earlier
    }
    if case .prelu(let prelu) = `operator` {
      slopes = (0..<(prelu.isShared ? 1 : inputShapes[0].channels)).map { _ in Float(random.uniform(in: -1...1)) }
    }
    if earlier == nil, inputShapes[0] == outputShape, mapShapes == inputShapes { isBranch = random.bool(probability: 0.3) }
  }
}
