import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// A convolution of stride 1 with its bias and the activation behind it, on maps in blocks of samples.
struct SampleConvolutionLayer: DifferentiableLayer {
  private let source: LayerSource
  private let convolution: Convolution
  private let activation: Activation
  private let geometry: WindowGeometry
  private let input: PlanValue
  private let inputs: Int
  private let outputShape: MapShape
  private var output: PlanValue?

  /// - Parameters:
  ///   - source: with shapes of whole blocks of samples.
  ///   - activation: one whose derivative follows from its result.
  init(_ source: LayerSource, _ convolution: Convolution, activation: Activation, lanes: Int) {
    self.source = source
    self.convolution = convolution
    self.activation = activation
    input = source.inputs[0]
    inputs = source.inputShapes[0].channels / lanes
    geometry = WindowGeometry(
      convolution.resolvedWindow(for: source.inputShapes[0]), input: source.inputShapes[0],
      output: source.outputShape)
    outputShape = MapShape(source.outputShape, lanes: lanes)
  }

  private var outputs: Int { convolution.outputChannels }

  /// - Parameter exchanges: inputs and outputs, for the way back.
  private func view(_ plan: PlanBuilder, taps: [Int], exchanges: Bool) -> KernelView {
    let strides = [inputs * geometry.kernelArea, geometry.kernelArea]
    return KernelView(
      values: plan.values(ofParameter: source.tensorName(.weight)), groupStride: outputs * strides[0],
      outputStride: strides[exchanges ? 1 : 0], inputStride: strides[exchanges ? 0 : 1], taps: taps, mergedGroups: 1,
      groupOutputs: exchanges ? inputs : outputs, groupInputs: exchanges ? outputs : inputs)
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    let isLearned =
      plan.isLearned(source.tensorName(.weight)) || convolution.hasBias && plan.isLearned(source.tensorName(.bias))
    let output = plan.value(outputShape, needsGradient: input.needsGradient || isLearned)
    let view = view(plan, taps: Array(0..<geometry.kernelArea), exchanges: false)
    nonisolated(unsafe) let bias =
      convolution.hasBias ? UnsafePointer(plan.values(ofParameter: source.tensorName(.bias))) : nil
    plan.record(source.name, reads: [input], writes: [output]) {
      [geometry, inputs, outputs, activation, input, kernels = plan.kernels] memory in
      SampleConvolutionStep(
        geometry, inputs: inputs, outputs: outputs, weights: view, bias: bias, epilogue: Epilogue(activation),
        input: memory[input], output: memory[output], kernels: kernels)
    }
    self.output = output
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let gradient = plan.gradient(before: activation, output: output!, gradient, layer: source.name)
    let (input, kernels) = (input, plan.kernels)
    let maximumBlocks = blockCount(plan.maximumBatch, lanes: plan.lanes)
    if convolution.hasBias, let target = plan.gradient(ofParameter: source.tensorName(.bias)) {
      plan.record("\(source.name).bias", reads: [gradient], writes: []) { memory in
        SampleBiasGradientStep(
          memory[gradient], shape: gradient.shape, target: target, maximumBlocks: maximumBlocks, kernels: kernels)
      }
    }
    if let target = plan.gradient(ofParameter: source.tensorName(.weight)) {
      plan.record("\(source.name).weight", reads: [input, gradient], writes: []) { [geometry, inputs, outputs] memory in
        SampleWeightGradientStep(
          geometry, inputs: inputs, outputs: outputs, input: memory[input], gradient: memory[gradient],
          target: target, maximumBlocks: maximumBlocks, kernels: kernels)
      }
    }
    if input.needsGradient { recordDataGradient(gradient, &plan) }
  }

  /// A convolution of the output's gradient with inputs and outputs exchanged and taps reversed.
  private func recordDataGradient(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let phase = DataGradient.phases(geometry)[0]
    let view = view(plan, taps: phase.taps(kernelWidth: geometry.kernelWidth), exchanges: true)
    let result = plan.value(input.shape)
    plan.record("\(source.name).input", reads: [gradient], writes: [result]) {
      [geometry, inputs, outputs, kernels = plan.kernels] memory in
      SampleConvolutionStep(
        phase.geometry(geometry), inputs: outputs, outputs: inputs, weights: view, bias: nil, epilogue: .none,
        input: memory[gradient], output: memory[result], kernels: kernels)
    }
    plan.contribute(result, to: input, from: source.name)
  }
}
