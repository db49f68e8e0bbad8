import InferenceRuntime
import KernelTemplates

/// The gradient of a convolution's kernels, over a batch.
struct WeightGradientProblem: Hashable, Sendable {
  let geometry: WindowGeometry
  /// Groups that are taken as one each, and how many of the definition's each stands for.
  let groups: Int
  let mergedGroups: Int
  /// Channels of a group of the definition.
  let groupInputs: Int
  let groupOutputs: Int
  /// Whether the input is `C x H x W`, not in blocks.
  let isPlanarInput: Bool
  let isDepthwise: Bool
  let maximumBatch: Int

  /// Channels of a group as it is taken.
  var inputs: Int { groupInputs * mergedGroups }
  var outputs: Int { groupOutputs * mergedGroups }

  /// Everything that measured times depend on, apart from the machine.
  var measurementKey: String {
    "weights of \(geometry.kernelHeight)x\(geometry.kernelWidth)/\(geometry.strideHeight)x\(geometry.strideWidth), "
      + "padding \(geometry.paddingTop) \(geometry.paddingLeft), dilation \(geometry.dilationHeight) "
      + "\(geometry.dilationWidth), groups \(groups) of \(mergedGroups): "
      + "\(groups * inputs)x\(geometry.inputHeight)x\(geometry.inputWidth) -> "
      + "\(groups * outputs)x\(geometry.outputHeight)x\(geometry.outputWidth)"
      + (isPlanarInput ? ", planar" : "") + ", batch \(maximumBatch)"
  }

  var multiplyAccumulates: Int { groups * inputs * outputs * geometry.kernelArea * geometry.outputArea }

  /// Where the kernel value of an input and an output of a group lies, `[outputs][inputs][taps]` in the definition;
  /// `nil` where they belong to different groups of it.
  func place(group: Int, output: Int, input: Int) -> Int? {
    let part = output / groupOutputs
    guard part == input / groupInputs else { return nil }
    let firstOutput = (group * mergedGroups + part) * groupOutputs
    return ((firstOutput + output % groupOutputs) * groupInputs + input % groupInputs) * geometry.kernelArea
  }
}

/// A way to compute the gradient of kernels. Each is one type in one file; `WeightGradientAlgorithms.all` lists them.
///
/// Sums over the batch run in parts that do not depend on the number of threads, and are put together in their order.
protocol WeightGradientAlgorithm: Sendable {
  var name: String { get }

  /// Whether the algorithm can compute a gradient.
  func computes(_ problem: WeightGradientProblem) -> Bool

  /// In multiply-accumulates.
  func estimate(_ problem: WeightGradientProblem) -> Double

  func sums(_ problem: WeightGradientProblem, kernels: KernelSet) -> any WeightGradientSums
}

/// Sums of products of values and gradients, as an algorithm takes them.
protocol WeightGradientSums: Sendable {
  var scratchCount: Int { get }
  var sharedCount: Int { get }

  /// Writes the gradient `[outputs][inputs / groups][kernel height][kernel width]`, or adds to it.
  func run(
    _ context: TrainingContext, input: BatchValue, gradient: BatchValue, into target: PlanBuilder.ParameterGradient)
}

enum WeightGradientAlgorithms {
  static let all: [any WeightGradientAlgorithm] = [
    DepthwiseWeightGradients(), DirectWeightGradients(), WinogradWeightGradients(),
  ]

  static func able(_ problem: WeightGradientProblem) -> [any WeightGradientAlgorithm] {
    all.filter { $0.computes(problem) }
  }
}

/// The step of a plan that computes a gradient of kernels.
struct WeightGradientStep: TrainingStep {
  let algorithm: String
  let sums: any WeightGradientSums
  /// `nil` for the network's own.
  let input: BatchValue?
  /// Floats of one of the network's own inputs.
  let inputCount: Int
  let gradient: BatchValue
  let target: PlanBuilder.ParameterGradient

  var scratchCount: Int { sums.scratchCount }
  var sharedCount: Int { sums.sharedCount }

  func run(_ context: TrainingContext) {
    let images = BatchValue(UnsafeMutablePointer(mutating: context.images), stride: inputCount)
    sums.run(context, input: input ?? images, gradient: gradient, into: target)
  }
}

extension PlanBuilder {
  mutating func recordWeightGradient(
    _ problem: WeightGradientProblem, input: PlanValue, gradient: PlanValue, into target: ParameterGradient,
    layer: String
  ) {
    let able = WeightGradientAlgorithms.able(problem).sorted { $0.estimate(problem) < $1.estimate(problem) }
    let (kernels, pool) = (kernels, pool)
    let name = choices.choice(problem.measurementKey, among: able.map(\.name)) { name in
      timedRun(able.first { $0.name == name }!.sums(problem, kernels: kernels), problem, kernels: kernels, pool: pool)
    }
    let sums = able.first { $0.name == name }!.sums(problem, kernels: kernels)
    let inputCount = problem.groups * problem.inputs * problem.geometry.inputArea
    record("\(layer).weight", reads: (input.isInput ? [] : [input]) + [gradient], writes: []) { memory in
      WeightGradientStep(
        algorithm: name, sums: sums, input: input.isInput ? nil : memory[input], inputCount: inputCount,
        gradient: memory[gradient], target: target)
    }
  }
}

private func timedRun(
  _ sums: any WeightGradientSums, _ problem: WeightGradientProblem, kernels: KernelSet, pool: WorkerPool
) -> () -> Void {
  let batch = AlgorithmChoices.timedBatch(
    maximumBatch: problem.maximumBatch, multiplyAccumulates: problem.multiplyAccumulates)
  let geometry = problem.geometry
  let inputCount = storedChannels(problem.groups * problem.inputs, lanes: kernels.lanes) * geometry.inputArea
  let outputCount = storedChannels(problem.groups * problem.outputs, lanes: kernels.lanes) * geometry.outputArea
  let weightCount = problem.groups * problem.outputs * problem.groupInputs * geometry.kernelArea
  let memory = LargeBuffer(batch * (inputCount + outputCount) + weightCount)
  let scratchStride = roundedUp(sums.scratchCount)
  let scratch = LargeBuffer(max(scratchStride * pool.threadCount, 16))
  let shared = LargeBuffer(max(sums.sharedCount, 16))
  return {
    withExtendedLifetime((memory, scratch, shared)) {
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1) { labels in
        let context = TrainingContext(
          batch: batch, step: 0, images: memory.pointer, labels: labels.baseAddress!, pool: pool,
          scratch: scratch.pointer, scratchStride: scratchStride, shared: shared.pointer)
        sums.run(
          context, input: BatchValue(memory.pointer, stride: inputCount),
          gradient: BatchValue(memory.pointer + batch * inputCount, stride: outputCount),
          into: PlanBuilder.ParameterGradient(
            pointer: memory.pointer + batch * (inputCount + outputCount), accumulates: false))
      }
    }
  }
}
