import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// Average pooling: each value of a window gets the same share of the mean's gradient.
struct AveragePoolingLayer: DifferentiableLayer {
  private let source: LayerSource
  private let geometry: WindowGeometry
  private let factors: LargeBuffer
  private var input: PlanValue

  init(_ pooling: AveragePooling, _ source: LayerSource) {
    self.source = source
    let (shape, output) = (source.inputShapes[0], source.outputShape)
    let window = pooling.resolvedWindow(for: shape)
    let divisors = AveragePoolingDivisors(pooling, window: window, input: shape.spatial, output: output.spatial)
    geometry = WindowGeometry(window, input: shape, output: output)
    factors = LargeBuffer(divisors.values.count)
    for (index, divisor) in divisors.values.enumerated() { factors.pointer[index] = 1 / Float(divisor) }
    input = source.inputs[0]
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.arranged(input, as: source.inputShapes[0], for: source.name).value
    let output = plan.value(MapShape(source.outputShape, lanes: plan.lanes), needsGradient: input.needsGradient)
    plan.record(source.name, reads: [input], writes: [output]) {
      [factors, geometry, input, kernels = plan.kernels] memory in
      PoolingStep(
        operation: .average(factors: factors), geometry: geometry, shape: output.shape, input: memory[input],
        output: memory[output], kernels: kernels)
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    guard input.needsGradient else { return }
    plan.accumulate("\(source.name).backward", to: input, reads: [gradient]) {
      [factors, geometry, input, kernels = plan.kernels] memory, sum in
      PoolingGradientStep(
        operation: .average(factors: factors), geometry: geometry, shape: input.shape, gradient: memory[gradient],
        sum: sum, kernels: kernels)
    }
  }
}
