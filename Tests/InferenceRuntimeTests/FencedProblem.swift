import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

/// One network, run in fenced memory by every engine, in every way in which threads share work.
struct FencedProblem {
  let network: Network
  let fence: Fence
  let batch: Int
  let threads: Int

  /// - Parameter report: told what runs next, so that it can be read when the process has ended.
  func check(report: (String) -> Void) throws {
    let weights = try SeededWeights.make(for: network).mapValues { FencedWeights.copy($0, fence) }
    for engine in TestedEngine.all {
      report(
        "\(network.name): \(network.inputShape) \(network.nodes.map(\.operator)), \(engine), batch \(batch), "
          + "\(threads) threads, fence \(fence)")
      try check(weights, engine)
    }
  }

  private func check(_ weights: Weights, _ engine: TestedEngine) throws {
    let options = engine.options(batch: batch, threads: threads, selection: .estimated)
    let pool = KernelSets.pool(threads: threads)
    let samples = NetworkAgreement.samples(network.inputShape, batch)
    let plan = try Compiler.compile(network, weights: weights, options: options, pool: pool)
    let answers = try Parallelism.allCases.map {
      try ExecutionInstance(plan: plan, pool: pool, parallelism: $0).run(samples).map(\.values)
    }
    let spread = try ExecutionPlan.compiledWithoutReuse(network, weights: weights, options: options, pool: pool)
    let run = FencedRun(spread, batch: batch, fence: fence)
    var fenced = [run.run(samples, on: .pool(pool))]
    pool.runParts(count: 1) { fenced.append(run.run(samples, on: .part($0))) }
    // Apart or together, in one arena or each value by itself: the same kernels on the same numbers. But OpenBLAS rounds
    // products of one sample otherwise than those of several, and without places for single samples more algorithms are
    // chosen for batches.
    let tolerance: Float = engine.engine != .reference && plan.hasSameAlgorithms(as: spread) ? 0 : 1e-4
    for other in answers[1...] + fenced {
      let (largest, difference) = Self.compare(other.flatMap(\.self), answers[0].flatMap(\.self))
      #expect(difference <= tolerance * largest, "\(network.name), \(engine)")
    }
  }

  /// The largest value, and the largest difference; not a number where a layer has not written what it should have.
  private static func compare(_ one: [Float], _ other: [Float]) -> (largest: Float, difference: Float) {
    zip(one, other).reduce((0, 0)) { so, pair in
      let difference = abs(pair.0 - pair.1)
      return (max(so.0, abs(pair.1)), difference.isNaN ? .nan : max(so.1, difference))
    }
  }
}

extension ExecutionPlan {
  fileprivate func hasSameAlgorithms(as other: ExecutionPlan) -> Bool {
    layers.map(\.algorithm) == other.layers.map(\.algorithm)
  }
}
