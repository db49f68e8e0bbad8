import InferenceRuntime
import KernelTemplates

/// One kernel for each channel: every block of channels is swept by itself.
struct DepthwiseWeightGradients: WeightGradientAlgorithm {
  let name = "depthwise"

  /// It takes one group for each channel, and as many outputs as inputs.
  func computes(_ problem: WeightGradientProblem) -> Bool { problem.isDepthwise }

  func estimate(_ problem: WeightGradientProblem) -> Double { Double(problem.multiplyAccumulates) }

  func sums(_ problem: WeightGradientProblem, kernels: KernelSet) -> any WeightGradientSums {
    DepthwiseWeightGradientSums(problem, kernels: kernels)
  }
}

private struct DepthwiseWeightGradientSums: WeightGradientSums {
  private let problem: WeightGradientProblem
  private let kernels: KernelSet
  private let blocks: Int
  private let parts: BatchParts

  init(_ problem: WeightGradientProblem, kernels: KernelSet) {
    self.problem = problem
    self.kernels = kernels
    blocks = blockCount(problem.groups, lanes: kernels.lanes)
    parts = BatchParts(tasks: blocks, maximumBatch: problem.maximumBatch)
  }

  private var taps: Int { problem.geometry.kernelArea }
  /// `[part][block][tap][lanes]`
  private var partCount: Int { blocks * taps * kernels.lanes }

  var scratchCount: Int { 0 }
  var sharedCount: Int { parts.count * partCount }

  func run(
    _ context: TrainingContext, input: BatchValue, gradient: BatchValue,
    into target: PlanBuilder.ParameterGradient
  ) {
    let (geometry, lanes) = (problem.geometry, kernels.lanes)
    context.pool.run(taskCount: parts.count * blocks) { _, task in
      let (part, block) = task.quotientAndRemainder(dividingBy: blocks)
      let sums = context.shared + part * partCount + block * taps * lanes
      let samples = parts.samples(part, of: context.batch)
      if samples.isEmpty { sums.update(repeating: 0, count: taps * lanes) }
      for sample in samples {
        kernels.training.depthwiseWeightGradient(
          DepthwiseWeightGradientArguments(
            input: input.sample(sample) + block * geometry.inputArea * lanes, geometry: geometry,
            gradient: gradient.sample(sample) + block * geometry.outputArea * lanes, sums: sums,
            continues: sample > samples.lowerBound))
      }
    }
    for channel in 0..<problem.groups {
      let sums = context.shared + channel / lanes * taps * lanes + channel % lanes
      for tap in 0..<taps {
        var sum = sums[tap * lanes]
        for part in 1..<max(parts.count, 1) { sum += sums[part * partCount + tap * lanes] }
        let place = target.pointer + channel * taps + tap
        place.pointee = target.accumulates ? place.pointee + sum : sum
      }
    }
  }
}
