import KernelTemplates
import NetworkGraph

/// The values of a plan that an inspection looks at.
struct InspectedValues {
  let output: PlanValue
  /// The weight of each output. The code that runs the plan writes it between the forward and the backward part.
  let cotangent: PlanValue
  let watched: PlanValue?
  /// The gradient of the watched layer; `nil` if the output does not depend on it.
  let gradient: PlanValue?
  /// Steps of the forward part.
  let forwardCount: Int
}

extension PlanBuilder {
  /// Records a network forward, and backward to the layer that is watched.
  ///
  /// - Parameter network: as it serves, with the question's output as its own.
  mutating func recordInspection(
    _ network: Network, _ question: InspectionPlan.Question
  ) throws -> InspectedValues {
    let input = recordInspectedInput(network, watched: question.watched)
    let recorded = try recordForward(
      network, input: input, stopsAtLogits: question.output == nil, watching: question.watched)
    var output = recorded.output
    // If a layer passes on the network's input, its output has no place in the plan's memory.
    if output.isInput { output = packedInput(network.inputShape, for: network.outputName) }
    let forwardCount = records.count
    let cotangent = value(output.shape)
    record("weights", reads: [output], writes: [cotangent]) { _ in PauseStep() }
    guard let name = question.watched else {
      return InspectedValues(
        output: output, cotangent: cotangent, watched: nil, gradient: nil, forwardCount: forwardCount)
    }
    guard let watched = recorded.watched else {
      throw TrainingError.unreadLayer(network: network.name, layer: name)
    }
    contribute(cotangent, to: output, from: "weights")
    recordBackward(recorded.layers)
    let gradient = gradient(of: watched)
    record("inspection", reads: [watched] + (gradient.map { [$0] } ?? []), writes: []) { _ in PauseStep() }
    return InspectedValues(
      output: output, cotangent: cotangent, watched: watched, gradient: gradient, forwardCount: forwardCount)
  }

  /// The network's input: in blocks if its gradient may be requested, and otherwise as training reads it.
  private mutating func recordInspectedInput(_ network: Network, watched: String?) -> PlanValue {
    let passesInputOn = network.nodes.first { $0.name == watched }.map { $0.operator.passesItsInputOn } ?? false
    return watched == Network.inputName || passesInputOn
      ? packedInput(network.inputShape, for: Network.inputName) : recordInput(network.inputShape)
  }
}

/// Computes nothing. The values that it reads are kept until it runs.
private struct PauseStep: TrainingStep {
  func run(_ context: TrainingContext) {}
}

extension Operator {
  /// Whether a served network's layer gives the very value that it takes.
  fileprivate var passesItsInputOn: Bool {
    if case .flatten = self { return true }
    if case .dropout = self { return true }
    return false
  }
}

extension Network {
  /// The network without the operations of training alone, up to one of its layers.
  ///
  /// - Throws: `NetworkError` if it has no such layer.
  func asServed(endingAt output: String?) throws(NetworkError) -> Network {
    let nodes = nodes.map { node in
      guard case .dropout = node.operator else { return node }
      return Node(node.name, .dropout(Dropout(probability: 0)), inputs: node.inputs, parameters: node.parameters)
    }
    return try Network(name: name, inputShape: inputShape, nodes: nodes, outputName: output ?? outputName)
  }
}

extension MapShape {
  /// Blocks as `[C][H][W]`.
  func rowMajor(_ source: UnsafePointer<Float>) -> [Float] {
    [Float](unsafeUninitializedCapacity: channels * area) { values, count in
      unpackBlocks(source, channels: channels, area: area, lanes: lanes, into: values.baseAddress!)
      count = channels * area
    }
  }

  /// `[C][H][W]` into blocks.
  func packRowMajor(_ values: [Float], into target: UnsafeMutablePointer<Float>) {
    values.withUnsafeBufferPointer {
      packBlocks($0.baseAddress!, channels: channels, area: area, lanes: lanes, into: target)
    }
  }
}
