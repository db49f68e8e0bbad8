import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// A convolution with its bias and the activation behind it.
struct ConvolutionLayer: DifferentiableLayer {
  private let source: LayerSource
  private let convolution: Convolution
  private let activation: Activation
  private let geometry: WindowGeometry
  private let input: PlanValue
  private let outputShape: MapShape
  /// Groups that the kernels take as one; see `mergeGroups`.
  private let mergedGroups: Int
  private var output: PlanValue?

  /// - Parameter activation: one whose derivative follows from its result.
  init(_ source: LayerSource, _ convolution: Convolution, activation: Activation, kernels: KernelSet) {
    self.source = source
    self.convolution = convolution
    self.activation = activation
    input = source.inputs[0]
    geometry = WindowGeometry(
      convolution.resolvedWindow(for: source.inputShapes[0]), input: source.inputShapes[0],
      output: source.outputShape)
    outputShape = MapShape(source.outputShape, lanes: kernels.lanes)
    mergedGroups = Self.mergedGroups(
      convolution, inputChannels: source.inputShapes[0].channels, isInput: source.inputs[0].isInput,
      lanes: kernels.lanes)
  }

  private var groups: Int { convolution.groups / mergedGroups }
  private var inputChannels: Int { source.inputShapes[0].channels }
  private var groupInputs: Int { inputChannels / convolution.groups }
  private var groupOutputs: Int { convolution.outputChannels / convolution.groups }
  private var isDepthwise: Bool { groups > 1 && groups == inputChannels && groups == convolution.outputChannels }

  /// One where each group is a channel; else as for inference, where no algorithm takes the groups as they are.
  private static func mergedGroups(_ convolution: Convolution, inputChannels: Int, isInput: Bool, lanes: Int) -> Int {
    let groups = convolution.groups
    if groups == 1 || isInput { return groups }
    if groups == inputChannels, groups == convolution.outputChannels { return 1 }
    return joinedGroups(
      of: groups, inputs: inputChannels / groups, outputs: convolution.outputChannels / groups, lanes: lanes)
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    let weightName = source.tensorName(.weight)
    let isLearned = plan.isLearned(weightName) || convolution.hasBias && plan.isLearned(source.tensorName(.bias))
    let output = plan.value(outputShape, needsGradient: input.needsGradient || isLearned)
    var pass = TrainedConvolution(
      geometry: geometry, groups: groups, inputChannels: inputChannels, outputChannels: convolution.outputChannels,
      maximumBatch: plan.maximumBatch)
    pass.activation = activation
    pass.mergedGroups = mergedGroups
    pass.isPlanarInput = input.isInput
    let area = geometry.kernelArea
    let view = KernelView(
      values: plan.values(ofParameter: weightName), groupStride: groupOutputs * groupInputs * area,
      outputStride: groupInputs * area, inputStride: area, taps: Array(0..<area), mergedGroups: mergedGroups,
      groupOutputs: groupOutputs, groupInputs: groupInputs)
    let bias = convolution.hasBias ? UnsafePointer(plan.values(ofParameter: source.tensorName(.bias))) : nil
    plan.recordConvolution(
      pass, weights: view, bias: bias, input: input, inputCount: inputChannels * geometry.inputArea, addend: nil,
      output: output, name: source.name)
    self.output = output
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let gradient = plan.gradient(before: activation, output: output!, gradient, layer: source.name)
    if convolution.hasBias, let target = plan.gradient(ofParameter: source.tensorName(.bias)) {
      plan.recordBiasGradient(gradient, into: target, layer: source.name)
    }
    if let target = plan.gradient(ofParameter: source.tensorName(.weight)) {
      let problem = WeightGradientProblem(
        geometry: geometry, groups: groups, mergedGroups: mergedGroups, groupInputs: groupInputs,
        groupOutputs: groupOutputs, isPlanarInput: input.isInput, isDepthwise: isDepthwise,
        maximumBatch: plan.maximumBatch)
      plan.recordWeightGradient(problem, input: input, gradient: gradient, into: target, layer: source.name)
    }
    if input.needsGradient { recordDataGradient(gradient, &plan) }
  }

  private func recordDataGradient(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let phases = DataGradient.phases(geometry)
    guard geometry.strideHeight * geometry.strideWidth == 1, let phase = phases.first, !phase.isZero else {
      return recordPhases(phases, gradient, &plan)
    }
    if isDepthwise {
      let result = recordPass(phase, gradient, addend: nil, &plan)
      plan.contribute(result, to: input, from: source.name)
    } else {
      plan.contribute(to: input) { plan, addend in recordPass(phase, gradient, addend: addend, &plan) }
    }
  }

  /// A convolution for each phase, then one step that puts them together.
  private func recordPhases(_ phases: [DataGradient.Phase], _ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let parts = phases.map { phase in
      (phase: phase, value: phase.isZero ? nil : recordPass(phase, gradient, addend: nil, &plan))
    }
    let (geometry, shape) = (geometry, input.shape)
    plan.contribute(to: input) { plan, addend in
      let result = plan.value(shape)
      plan.record(
        "\(source.name).interleave", reads: parts.compactMap(\.value) + (addend.map { [$0] } ?? []),
        writes: [result], inPlace: addend.map { (result, $0) }
      ) { memory in
        InterleaveStep(
          parts.map { part in
            InterleaveStep.Phase(
              row: part.phase.rows.start, column: part.phase.columns.start, width: part.phase.columns.count,
              blockSize: part.value?.shape.blockSize ?? 0, value: part.value.map { memory[$0] })
          }, strideHeight: geometry.strideHeight, strideWidth: geometry.strideWidth, addend: addend.map { memory[$0] },
          output: memory[result], shape: shape)
      }
      return result
    }
  }

  /// One phase of the input's gradient: a convolution of the output's with inputs and outputs exchanged.
  private func recordPass(
    _ phase: DataGradient.Phase, _ gradient: PlanValue, addend: PlanValue?, _ plan: inout PlanBuilder
  ) -> PlanValue {
    let area = geometry.kernelArea
    let shape = MapShape(
      channels: inputChannels, height: phase.rows.count, width: phase.columns.count, lanes: plan.lanes)
    var pass = TrainedConvolution(
      geometry: phase.geometry(geometry), groups: groups, inputChannels: convolution.outputChannels,
      outputChannels: inputChannels, maximumBatch: plan.maximumBatch)
    pass.hasAddend = addend != nil
    pass.mergedGroups = mergedGroups
    let view = KernelView(
      values: plan.values(ofParameter: source.tensorName(.weight)), groupStride: groupOutputs * groupInputs * area,
      outputStride: area, inputStride: groupInputs * area, taps: phase.taps(kernelWidth: geometry.kernelWidth),
      mergedGroups: mergedGroups, groupOutputs: groupInputs, groupInputs: groupOutputs)
    let result = plan.value(shape)
    plan.recordConvolution(
      pass, weights: view, bias: nil, input: gradient, inputCount: 0, addend: addend, output: result,
      name: "\(source.name).input")
    return result
  }
}
