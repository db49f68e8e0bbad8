import KernelTemplates
import NetworkGraph

/// The input of a layer that needs blocks in the graph's order: the value itself, or a rearranged copy. The network's
/// input and the flattened form of a map need a copy.
struct ArrangedValue {
  let original: PlanValue
  let value: PlanValue

  var needsGradient: Bool { original.needsGradient }
}

extension PlanBuilder {
  /// The value in blocks of the channels that the graph's shape has.
  mutating func arranged(_ value: PlanValue, as shape: TensorShape, for layer: String) -> ArrangedValue {
    let target = MapShape(shape, lanes: lanes)
    if value.isInput { return ArrangedValue(original: value, value: packedInput(shape, for: layer)) }
    guard value.shape != target else { return ArrangedValue(original: value, value: value) }
    return ArrangedValue(original: value, value: flattened(value, as: target, layer))
  }

  /// The value in blocks, whatever the order of its channels: for layers that treat all numbers alike.
  mutating func inBlocks(_ value: PlanValue, as shape: TensorShape, for layer: String) -> PlanValue {
    value.isInput ? arranged(value, as: shape, for: layer).value : value
  }

  /// The network's input in blocks.
  mutating func packedInput(_ shape: TensorShape, for layer: String) -> PlanValue {
    let shape = MapShape(shape, lanes: lanes)
    let result = value(shape)
    record("\(layer).pack", reads: [], writes: [result]) { PackInputStep(shape: shape, output: $0[result]) }
    return result
  }

  private mutating func flattened(_ value: PlanValue, as shape: MapShape, _ layer: String) -> PlanValue {
    let result = self.value(shape, needsGradient: value.needsGradient)
    record("\(layer).flatten", reads: [value], writes: [result]) {
      FlattenStep(.flatten, map: value.shape, from: $0[value], to: $0[result])
    }
    return result
  }

  /// Adds to the gradient of what `arranged` stands for a gradient that is laid out as it is.
  mutating func contribute(_ gradient: PlanValue, to arranged: ArrangedValue, from layer: String) {
    let original = arranged.original
    guard arranged.value != original else { return contribute(gradient, to: original, from: layer) }
    let result = value(original.shape)
    record("\(layer).unflatten", reads: [gradient], writes: [result]) {
      FlattenStep(.unflatten, map: original.shape, from: $0[gradient], to: $0[result])
    }
    contribute(result, to: original, from: layer)
  }

  /// As `accumulate(_:to:reads:_:)`; the step adds to a sum that is laid out as `arranged` is.
  mutating func accumulate(
    _ name: String, to arranged: ArrangedValue, reads: [PlanValue], from layer: String,
    _ make: @escaping (PlanMemory, GradientSum) -> any TrainingStep
  ) {
    if arranged.value == arranged.original {
      accumulate(name, to: arranged.original, reads: reads, make)
    } else {
      let gradient = value(arranged.value.shape)
      record(name, reads: reads, writes: [gradient]) { make($0, GradientSum(result: $0[gradient], addend: nil)) }
      contribute(gradient, to: arranged, from: layer)
    }
  }
}
