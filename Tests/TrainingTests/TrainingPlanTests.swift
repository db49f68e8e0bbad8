import AllocationCounter
import Architectures
import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// What holds for a plan as a whole, whatever its layers compute.
@Suite struct TrainingPlanTests {
  /// Small, with every kind of convolution, normalisation and sum.
  private static let networks: [(name: String, shape: [Int])] = [
    ("lenet5-relu", [1, 32, 32]), ("lenet5", [1, 32, 32]), ("resnet20", [3, 16, 16]),
    ("mobilenet_v3_small", [3, 32, 32]),
    ("shufflenet_v2_x1_0", [3, 32, 32]), ("squeezenet1_1", [3, 32, 32]),
  ]

  private struct Run {
    let store: ParameterStore
    let plan: TrainingPlan
    let pool: WorkerPool

    init(
      _ index: Int, threads: Int = 2, samples: Int = 5, frozen: (ParameterStore.Parameter) -> Bool = { _ in false }
    ) throws {
      let (name, shape) = TrainingPlanTests.networks[index]
      let network = try Architecture.named(name).network(inputShape: shape, numClasses: 7)
      store = try ParameterStore(network, weights: SeededWeights.make(for: network))
      pool = WorkerPool(threadCount: threads)
      var options = TrainingOptions(
        maximumBatch: samples, seed: 3, labelSmoothing: 0.1, frozen: Set(store.parameters.filter(frozen).map(\.name)))
      // So small a batch would not have them chosen.
      if name == "lenet5" { options.layout = .sampleBlocks }
      plan = try TrainingPlan(
        network, parameters: store, options: options, choices: AlgorithmChoices(measures: false), pool: pool)
    }

    static func batch(_ index: Int, count: Int) -> TrainingBatch {
      let batch = TrainingBatch(capacity: count, sampleShape: TrainingPlanTests.networks[index].shape)
      for (place, value) in SeededWeights.input(count: count * batch.sampleCount).enumerated() {
        batch.images[place] = value
      }
      for sample in 0..<count { batch.labels[sample] = Int32(sample % 7) }
      batch.count = count
      return batch
    }
  }

  @Test("one, two and four threads give the same bits", arguments: networks.indices)
  func threads(index: Int) throws {
    let runs = try [1, 2, 4].map { threads in
      let run = try Run(index, threads: threads)
      let batch = Run.batch(index, count: 5)
      let optimizer = OptimizerState(OptimizerSettings(.momentum, momentum: 0.9), for: run.store)
      var losses: [Double] = []
      for step in 0..<2 {
        losses.append(run.plan.computeGradients(batch, step: step).loss)
        optimizer.update(run.store, rate: 0.01, pool: run.pool)
      }
      return (losses, run.store.weights().mapValues(\.values))
    }
    for other in runs.dropFirst() {
      #expect(other.0 == runs[0].0)
      #expect(other.1 == runs[0].1)
    }
  }

  @Test("a batch that does not fill the plan gives what a plan of its size gives", arguments: networks.indices)
  func partialBatch(index: Int) throws {
    let (large, small) = (try Run(index, samples: 5), try Run(index, samples: 3))
    let batch = Run.batch(index, count: 3)
    _ = large.plan.computeGradients(Run.batch(index, count: 5), step: 0)
    large.store.load(small.store.weights())
    let results = [large, small].map { $0.plan.computeGradients(batch, step: 1) }
    #expect(abs(results[0].loss - results[1].loss) <= 1e-6 * results[1].loss)
    for (name, gradient) in small.store.gradientArrays {
      let greatest = gradient.map(abs).max() ?? 0
      let other = large.store.gradientArrays[name]!
      #expect(zip(gradient, other).allSatisfy { abs($0 - $1) <= 1e-4 * max(greatest, 1e-4) }, "\(name)")
    }
  }

  @Test("what is frozen gets no gradient, and costs no step")
  func frozen() throws {
    let whole = try Run(2)
    let head = try Run(2) { !$0.name.hasPrefix("fc.") }
    let batch = Run.batch(2, count: 5)
    let result = whole.plan.computeGradients(batch, step: 0)
    #expect(head.plan.computeGradients(batch, step: 0) == result)
    let (all, some) = (whole.store.gradientArrays, head.store.gradientArrays)
    for (name, gradient) in some {
      if name.hasPrefix("fc.") {
        #expect(gradient == all[name])
      } else {
        #expect(gradient.allSatisfy { $0 == 0 })
      }
    }
    #expect(head.plan.stepNames.filter { $0.hasSuffix(".weight") } == ["fc.weight"])
    #expect(head.plan.memoryBytes < whole.plan.memoryBytes)
  }

  @Test(
    "a step allocates no memory for values, only the box of each closure that threads share",
    arguments: networks.indices)
  func allocations(index: Int) async {
    await #expect(processExitsWith: .success) { [index = index as Int] in
      let run = try Run(index)
      let batch = Run.batch(index, count: 5)
      for step in 0..<2 { _ = run.plan.computeGradients(batch, step: step) }
      allocation_counter_start()
      for step in 2..<4 { _ = run.plan.computeGradients(batch, step: step) }
      let count = allocation_counter_stop()
      // Packing its weights hands out tasks once, and a step at most twice.
      #expect(count <= 2 * 3 * run.plan.stepNames.count, "\(count) allocations in \(Self.networks[index].name)")
    }
  }
}
