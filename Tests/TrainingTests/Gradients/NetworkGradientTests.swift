import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// Whole networks beside PyTorch in double precision.
@Suite struct NetworkGradientTests {
  @Test(
    "gradients of a whole network are PyTorch's, and so are five steps' losses", arguments: NetworkGolden.all,
    ProcessorKernels.trained)
  func golden(_ golden: NetworkGolden, on kernels: ProcessorKernels) throws {
    let network = try golden.network()
    var options = TrainingOptions(maximumBatch: golden.labels.count, kernels: kernels)
    options.labelSmoothing = Float(golden.labelSmoothing)
    options.freezesStatistics = golden.statistics == .running
    for layout in [MapLayout.channelBlocks, .sampleBlocks] {
      options.layout = layout
      try expectGolden(golden, network, options)
      // Where the layers take none, that was all.
      if !golden.name.hasPrefix("lenet5") { break }
    }
  }

  private func expectGolden(_ golden: NetworkGolden, _ network: Network, _ options: TrainingOptions) throws {
    let store = try ParameterStore(network, weights: golden.weights(for: network))
    let pool = WorkerPool(threadCount: 2)
    // Rounding of transformed values is some times that of plain sums: enough for a value near zero to change the side of
    // a ReLU that it is on, which counts for a hundredth of some gradients.
    let plan = try TrainingPlan(
      network, parameters: store, options: options, choices: AlgorithmChoices(preferring: "direct"), pool: pool)
    let batch = golden.batch()
    let first = plan.computeGradients(batch, step: 0)
    #expect(abs(first.loss - golden.loss) <= 1e-4 * golden.loss)
    let farthest = golden.deviation(of: store.gradientArrays)!
    #expect(farthest.deviation <= max(1e-4, 3 * golden.torchFloat32Error), "\(farthest.name)")
    for (name, summary) in golden.runningStatistics {
      #expect(summary.deviation(of: store.weights()[name]!.values, name: name, floor: 0) <= 1e-4, "\(name)")
    }
    expectLosses(golden, plan, batch, first: first.loss, pool)
  }

  private func expectLosses(
    _ golden: NetworkGolden, _ plan: TrainingPlan, _ batch: TrainingBatch, first: Double, _ pool: WorkerPool
  ) {
    let settings = OptimizerSettings(.momentum, momentum: golden.momentum)
    let optimizer = OptimizerState(settings, for: plan.parameters)
    var losses = [first]
    for step in 1..<golden.losses.count {
      optimizer.update(plan.parameters, rate: golden.learningRate, pool: pool)
      losses.append(plan.computeGradients(batch, step: step).loss)
    }
    for (loss, expected) in zip(losses, golden.losses) {
      #expect(abs(loss - expected) <= 1e-3 * expected, "\(losses), PyTorch \(golden.losses)")
    }
  }
}

extension NetworkGolden {
  func batch() -> TrainingBatch {
    let batch = TrainingBatch(capacity: labels.count, sampleShape: inputShape)
    for (index, value) in images().flatMap(\.self).enumerated() { batch.images[index] = value }
    for (index, label) in labels.enumerated() { batch.labels[index] = Int32(label) }
    batch.count = labels.count
    return batch
  }
}

extension ParameterStore {
  /// The gradient of each learned tensor, by name.
  var gradientArrays: [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: parameters.filter(\.isLearned).map {
        ($0.name, Array(UnsafeBufferPointer(start: gradients + $0.range.lowerBound, count: $0.range.count)))
      })
  }
}
