import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

@Suite struct FineTuningGoldenTests {
  @Test(
    "steps on maps that were computed once give what PyTorch gives, which computes the whole network in each",
    arguments: ProcessorKernels.trained)
  func steps(on kernels: ProcessorKernels) throws {
    let golden = try FineTuningGolden.load()
    let network = try golden.network()
    let cut = try network.cut(behind: golden.boundary)
    let weights = try SeededWeights.make(for: network)
    let maps = try Self.maps(cut.lower, weights, count: golden.images, kernels)
    let store = try ParameterStore(cut.upper, weights: weights.keeping(cut.upper))
    let pool = WorkerPool(threadCount: 2)
    let plan = try TrainingPlan(
      cut.upper, parameters: store,
      options: TrainingOptions(maximumBatch: golden.batches[0].count, kernels: kernels, freezesStatistics: true),
      choices: AlgorithmChoices(measures: false), pool: pool)
    let optimizer = OptimizerState(OptimizerSettings(.momentum, momentum: golden.momentum), for: store)
    let batch = TrainingBatch(capacity: golden.batches[0].count, sampleShape: cut.upper.inputShape.dimensions)
    for (step, members) in golden.batches.enumerated() {
      batch.count = members.count
      for (place, image) in members.enumerated() {
        (batch.images + place * batch.sampleCount).update(from: maps[image], count: batch.sampleCount)
        batch.labels[place] = Int32(image % golden.classes)
      }
      let loss = plan.computeGradients(batch, step: step).loss
      #expect(abs(loss - golden.losses[step]) <= 1e-4 * max(golden.losses[step], 1), "step \(step)")
      optimizer.update(store, rate: golden.learningRate, pool: pool)
    }
    #expect(Set(golden.tensors.keys) == Set(store.parameters.filter(\.isLearned).map(\.name)))
    for (name, summary) in golden.tensors {
      #expect(summary.deviation(of: store.weights()[name]!.values, name: name) <= 1e-4, "\(name)")
    }
  }

  private static func maps(
    _ lower: Network, _ weights: Weights, count: Int, _ kernels: ProcessorKernels
  ) throws -> [[Float]] {
    let shape = lower.inputShape.dimensions
    let plan = try Compiler.compile(
      lower, weights: weights.keeping(lower), options: CompilerOptions(engine: .tiled(kernels)))
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 1))
    let length = lower.inputShape.elementsPerSample
    let values = SeededWeights.input(count: count * length)
    return try (0..<count).map { image in
      let tensor = Tensor(shape: shape, values: Array(values[image * length..<(image + 1) * length]))
      return try instance.run([tensor])[0].values
    }
  }
}

extension Weights {
  /// The tensors of one network.
  func keeping(_ network: Network) throws -> Weights {
    let names = Set(try network.parameters().map(\.name))
    return filter { names.contains($0.key) }
  }
}
