public import NetworkGraph

/// A small random network around one layer, with weights, a batch and a cotangent, at which every derivative exists: no
/// value lies within 1e-3 of a kink of its activation, no two values of a plane that is pooled within 1e-3 of each other.
///
/// A seed draws the same problem on every machine. Whatever the draw, shapes can be inferred, every window of a pooling
/// sees a real value, and plain loops take a few milliseconds.
public struct RandomGradientProblem: Sendable, CustomStringConvertible {
  public let seed: UInt64
  public let network: Network
  public let weights: Weights
  /// One row of `C x H x W` values a sample.
  public let inputs: [[Float]]
  /// The factors of `L = sum of cotangent x output`, one row a sample.
  public let cotangent: [[Float]]
  /// What batch normalisation takes means and variances from.
  public let statistics: PlainReference.Statistics

  public var description: String {
    let nodes = network.nodes.map { "\($0.operator) of \($0.inputs.joined(separator: ", "))" }.joined(separator: "; ")
    return "seed \(seed): batch of \(inputs.count), \(network.inputShape): \(nodes)"
  }

  /// - Parameter embedded: whether the layer stands between others, so that it reads and writes maps as a plan keeps them:
  ///   behind a pointwise convolution and, where the shapes allow it, in a sum with what that one gave, before another
  ///   pointwise convolution or fully connected layer. Otherwise it stands alone.
  public static func draw(
    operator kind: GradientOperator, seed: UInt64, embedded: Bool = false
  ) -> RandomGradientProblem {
    // Kinds and forms must not meet the same shapes under the same seed.
    let stream = kind.rawValue.utf8.reduce(embedded ? 1 : 0) { ($0 &* 31) &+ UInt64($1) }
    var generator = SplitMix64(seed: seed &+ stream << 32)
    while true {
      if let problem = attempt(kind, seed, embedded, &generator) { return problem }
    }
  }

  /// How near a value comes to a kink of some activation, and two values of a plane to each other.
  public var nearest: (kink: Float, neighbour: Float) {
    let area = network.inputShape.spatial.area
    var nearest = (kink: Float.infinity, neighbour: Float.infinity)
    for sample in inputs {
      for value in sample { nearest.kink = min(nearest.kink, RandomGradientValues.distanceToKink(value)) }
      for start in stride(from: 0, to: sample.count, by: area) {
        let plane = sample[start..<start + area].sorted()
        for (left, right) in zip(plane, plane.dropFirst()) { nearest.neighbour = min(nearest.neighbour, right - left) }
      }
    }
    return nearest
  }

  private static func attempt(
    _ kind: GradientOperator, _ seed: UInt64, _ embedded: Bool, _ generator: inout SplitMix64
  ) -> RandomGradientProblem? {
    let drawing = RandomGradientNetwork(kind, embedded: embedded, &generator)
    guard
      let network = try? Network(
        name: "\(kind.rawValue)-\(seed)", inputShape: drawing.inputShape, nodes: drawing.net.nodes),
      let shapes = try? network.inferShapes(), zip(network.nodes, shapes.layers).allSatisfy(isAccepted),
      let parameters = try? network.parameters()
    else { return nil }
    let batch = drawing.drawBatch(&generator)
    let values = RandomGradientValues(kind)
    let problem = RandomGradientProblem(
      seed: seed, network: network,
      weights: Dictionary(
        uniqueKeysWithValues: parameters.map { ($0.name, values.weights($0, of: network, &generator)) }),
      inputs: (0..<batch).map { _ in values.sample(drawing.inputShape, &generator) },
      cotangent: (0..<batch).map { _ in
        (0..<shapes.output.elementsPerSample).map { _ in .random(in: -1...1, using: &generator) }
      },
      statistics: kind == .frozenBatchNormalization ? .running : .batch)
    return problem.avoidsKinks ? problem : nil
  }

  /// Whether plain loops are quick, and no window of a pooling lies in padding alone.
  private static func isAccepted(_ node: Node, _ shapes: LayerShapes) -> Bool {
    let definition = node.operator.definition
    let quick = definition.multiplyAccumulates(inputs: shapes.inputs, output: shapes.output) <= 400_000
    guard definition is MaxPooling || definition is AveragePooling,
      let window = definition.window(for: shapes.inputs[0])
    else { return quick }
    let (input, output) = (shapes.inputs[0].spatial, shapes.output.spatial)
    let rows = (0..<output.height).allSatisfy { row in
      (0..<window.kernel.height).contains {
        (0..<input.height).contains(row * window.stride.height - window.padding.top + $0 * window.dilation.height)
      }
    }
    let columns = (0..<output.width).allSatisfy { column in
      (0..<window.kernel.width).contains {
        (0..<input.width).contains(column * window.stride.width - window.padding.left + $0 * window.dilation.width)
      }
    }
    return quick && rows && columns
  }

  /// The values before a ReLU that follows a normalisation are not drawn but computed.
  private var avoidsKinks: Bool {
    guard let index = network.nodes.firstIndex(where: { $0.name == RandomGradientNetwork.computedReLU }), index > 0,
      let before = try? Network(
        name: network.name, inputShape: network.inputShape, nodes: Array(network.nodes[..<index])),
      let values = try? PlainReference(network: before, weights: weights).run(
        inputs.map { $0.map(Double.init) }, statistics: statistics)
    else { return true }
    return values.allSatisfy { $0.allSatisfy { abs($0) > 1e-3 } }
  }
}
