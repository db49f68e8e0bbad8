import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// Maximum pooling. The backward pass finds the largest values again by comparing, and stores no positions.
/// Neighbouring layers nearly always keep the layer's input and output anyway.
struct MaxPoolingLayer: DifferentiableLayer {
  private let source: LayerSource
  private let geometry: WindowGeometry
  private var input: PlanValue
  private var output: PlanValue

  init(_ pooling: MaxPooling, _ source: LayerSource) {
    self.source = source
    let shape = source.inputShapes[0]
    geometry = WindowGeometry(pooling.resolvedWindow(for: shape), input: shape, output: source.outputShape)
    input = source.inputs[0]
    output = input
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.arranged(input, as: source.inputShapes[0], for: source.name).value
    output = plan.value(MapShape(source.outputShape, lanes: plan.lanes), needsGradient: input.needsGradient)
    plan.record(source.name, reads: [input], writes: [output]) {
      [geometry, input, output, kernels = plan.kernels] memory in
      PoolingStep(
        operation: .maximum, geometry: geometry, shape: output.shape, input: memory[input], output: memory[output],
        kernels: kernels)
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    guard input.needsGradient else { return }
    plan.accumulate("\(source.name).backward", to: input, reads: [input, output, gradient]) {
      [geometry, input, output, kernels = plan.kernels] memory, sum in
      PoolingGradientStep(
        operation: .maximum(input: memory[input], output: memory[output]), geometry: geometry, shape: input.shape,
        gradient: memory[gradient], sum: sum, kernels: kernels)
    }
  }
}
