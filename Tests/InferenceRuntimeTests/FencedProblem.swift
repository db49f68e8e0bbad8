import Foundation
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
  func check(_ selections: [AlgorithmSelection], report: (String) -> Void) throws {
    let weights = try SeededWeights.make(for: network).mapValues { FencedWeights.copy($0, fence) }
    for engine in EngineTests.engines {
      for selection in engine == .reference ? [.estimated] : selections where selection.isOwn(to: engine) {
        report(
          "\(network.name): \(network.inputShape) \(network.nodes.map(\.operator)), \(engine), \(selection), "
            + "batch \(batch), \(threads) threads, fence \(fence)")
        try check(
          weights, CompilerOptions(maximumBatch: batch, threadCount: threads, engine: engine, selection: selection))
      }
    }
  }

  private func check(_ weights: Weights, _ options: CompilerOptions) throws {
    let pool = WorkerPool(threadCount: threads)
    let count = network.inputShape.elementsPerSample
    let samples = (0..<batch).map {
      Tensor(
        shape: network.inputShape.dimensions, values: SeededWeights.input(count: count * ($0 + 1)).suffix(count) + [])
    }
    let plan = try Compiler.compile(network, weights: weights, options: options, pool: pool)
    let answers = try Parallelism.allCases.map {
      try ExecutionInstance(plan: plan, pool: pool, parallelism: $0).run(samples).map(\.values)
    }
    let spread = try ExecutionPlan.compiledWithoutReuse(network, weights: weights, options: options, pool: pool)
    let run = FencedRun(spread, batch: batch, fence: fence)
    var fenced = [run.run(samples, on: .pool(pool))]
    pool.runParts(count: 1) { fenced.append(run.run(samples, on: .part($0))) }
    // Apart or together, in one arena or each value by itself: the same kernels on the same numbers. But OpenBLAS rounds
    // products of one sample otherwise than those of several, and measuring may choose otherwise for other memory.
    let isExact = options.engine != .reference && !options.selection.isMeasured
    let tolerance: Float = isExact ? 0 : 1e-4
    for other in answers[1...] + fenced {
      let (largest, difference) = Self.compare(other.flatMap(\.self), answers[0].flatMap(\.self))
      #expect(difference <= tolerance * largest, "\(network.name), \(options)")
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

extension AlgorithmSelection {
  /// Whether this engine's kernels are not those that another runs for it: of AMX, its own are those of split products.
  fileprivate func isOwn(to engine: Engine) -> Bool {
    guard case .fixed(let algorithm) = self else { return true }
    return [.directSplit, .winogradF2Split].contains(algorithm) == (engine == .tiled(.amx))
  }

  fileprivate var isMeasured: Bool {
    if case .measured = self { true } else { false }
  }
}
