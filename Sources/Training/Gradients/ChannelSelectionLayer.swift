import InferenceRuntime
import NetworkGraph

/// Channel padding, shuffle and slice: channels in another order. Gradients go back to where the channels came from.
struct ChannelSelectionLayer: DifferentiableLayer {
  private let source: LayerSource
  private let gather: ChannelGather
  private var input: PlanValue

  init(_ selection: ChannelSelection, _ source: LayerSource) {
    self.source = source
    gather = ChannelGather(selection.sources.map { $0.map { ChannelGather.Source(input: 0, channel: $0) } })
    input = source.inputs[0]
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.arranged(input, as: source.inputShapes[0], for: source.name).value
    let output = plan.value(MapShape(source.outputShape, lanes: plan.lanes), needsGradient: input.needsGradient)
    plan.record(source.name, reads: [input], writes: [output]) { [gather, input, kernels = plan.kernels] memory in
      ChannelGatherStep(
        gather, inputs: [memory[input]], sum: GradientSum(result: memory[output], addend: nil), shape: output.shape,
        kernels: kernels)
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    guard input.needsGradient else { return }
    let inverse = gather.inverse(input: 0, channels: input.shape.channels)
    plan.accumulate("\(source.name).backward", to: input, reads: [gradient]) {
      [shape = input.shape, kernels = plan.kernels] memory, sum in
      ChannelGatherStep(inverse, inputs: [memory[gradient]], sum: sum, shape: shape, kernels: kernels)
    }
  }
}
