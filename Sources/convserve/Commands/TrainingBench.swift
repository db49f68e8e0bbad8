import Foundation
import InferenceRuntime
import ModelServing
import NetworkGraph
import ServerAPI
import Training

/// Times steps of training: forward, loss, backward, update by momentum.
struct TrainingBench {
  let network: Network
  let weights: Weights
  let batch: Int
  let steps: Int
  let kernels: ProcessorKernels
  let measures: Bool
  let pool: WorkerPool

  /// Steps that are not timed.
  private static let untimed = 2

  func run(layers: Bool, json: Bool) throws {
    let store = try ParameterStore(network, weights: weights)
    let file = TrainingAlgorithmFile(kernels)
    let choices = measures ? file.load() : AlgorithmChoices(measures: false)
    let plan = try TrainingPlan(
      network, parameters: store, options: TrainingOptions(maximumBatch: batch, kernels: kernels), choices: choices,
      pool: pool)
    if measures { try? file.save(choices) }
    let samples = filledBatch(classes: try network.inferShapes().output.elementsPerSample)
    if layers { return try printLayers(plan, samples) }
    let optimizer = OptimizerState(OptimizerSettings(.momentum, momentum: 0.9), for: store)
    var times: [Double] = []
    for step in 0..<Self.untimed + steps {
      let time = ContinuousClock().measure {
        _ = plan.computeGradients(samples, step: step)
        optimizer.update(store, rate: 1e-6, pool: pool)
      }
      if step >= Self.untimed { times.append(time.milliseconds) }
    }
    let median = times.sorted()[times.count / 2]
    let result = TrainingBenchResult(
      network: network.name, batch: batch, threads: pool.threadCount, kernels: kernels.rawValue,
      medianMilliseconds: median, imagesPerSecond: Double(batch) * 1000 / median, planBytes: plan.memoryBytes,
      peakBytes: Self.peakBytes)
    if json { return try Terminal.write(encodedJSON(result)) }
    try Terminal.write(
      String(
        format: "%@, training, batch %d, %d threads, %@: median %.1f ms a step, %.1f images/s, %.0f MB at most\n",
        result.network, batch, result.threads, result.kernels, median, result.imagesPerSecond,
        Double(result.peakBytes) / 1e6))
  }

  private func filledBatch(classes: Int) -> TrainingBatch {
    let samples = TrainingBatch(capacity: batch, sampleShape: network.inputShape.dimensions)
    for index in 0..<batch * samples.sampleCount { samples.images[index] = Float(index * 7919 % 1021) / 510 - 1 }
    for index in 0..<batch { samples.labels[index] = Int32(index * 7 % classes) }
    samples.count = batch
    return samples
  }

  private func printLayers(_ plan: TrainingPlan, _ samples: TrainingBatch) throws {
    _ = plan.profile(samples)
    let profiles = (0..<max(steps, 1)).map { _ in plan.profile(samples) }
    for index in profiles[0].indices {
      let times = profiles.map { $0[index].time.milliseconds }.sorted()
      try Terminal.write(
        String(format: "%9.3f ms  ", times[times.count / 2]) + profiles[0][index].name + "  "
          + profiles[0][index].algorithm + "\n")
    }
  }

  /// The process's largest resident set so far.
  private static var peakBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}

private struct TrainingBenchResult: Encodable {
  let network: String
  let batch: Int
  let threads: Int
  let kernels: String
  let medianMilliseconds: Double
  let imagesPerSecond: Double
  let planBytes: Int
  let peakBytes: Int

  enum CodingKeys: String, CodingKey {
    case network, batch, threads, kernels
    case medianMilliseconds = "median_ms"
    case imagesPerSecond = "images_per_second"
    case planBytes = "plan_bytes"
    case peakBytes = "peak_bytes"
  }
}
