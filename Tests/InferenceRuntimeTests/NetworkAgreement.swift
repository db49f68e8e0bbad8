import KernelTemplates
import KernelTestSupport
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

/// An engine that networks are tested on.
struct TestedEngine: Sendable, CustomStringConvertible {
  let engine: Engine
  /// Kernels in the place of the engine's own.
  let substitute: KernelSet?

  /// Every engine that this processor runs, and the plain kernels on which the algorithms of AMX run everywhere.
  static let all: [TestedEngine] =
    EngineTests.engines.map { TestedEngine(engine: $0, substitute: nil) } + [plainSplit]

  static let plainSplit = TestedEngine(engine: .tiled(.portable), substitute: .plainSplit)

  var description: String { substitute?.name ?? engine.name }

  func options(batch: Int, threads: Int, selection: AlgorithmSelection) -> CompilerOptions {
    var options = CompilerOptions(
      maximumBatch: batch, threadCount: threads, engine: engine, selection: selection)
    options.substituteKernels = substitute
    return options
  }
}

/// Networks on every engine, against plain loops.
enum NetworkAgreement {
  /// Whatever is fused, reordered or transformed on the way; relative to the largest value, or to 1.
  private static let tolerance: Float = 1e-4

  /// Expects the answers of plain loops from every engine, with all threads on each layer and with parts of the batch.
  static func expect(
    _ network: Network, batch: Int, threads: Int, selection: AlgorithmSelection = .estimated,
    on engines: [TestedEngine] = TestedEngine.all, _ label: String
  ) throws {
    let weights = try SeededWeights.make(for: network)
    let reference = PlainReference(network: network, weights: weights)
    let expected = try (0..<batch).map { try reference.run(sample(network.inputShape, $0)) }
    for engine in engines {
      let plan = try Compiler.compile(
        network, weights: weights, options: engine.options(batch: batch, threads: threads, selection: selection))
      for parallelism in [Parallelism.together, .apart] {
        let instance = ExecutionInstance(
          plan: plan, pool: KernelSets.pool(threads: threads), parallelism: parallelism)
        let answers = try instance.run(samples(network.inputShape, batch)).map(\.values)
        let nodes = network.nodes.map { "\($0.operator)" }.joined(separator: ", ")
        expectClose(answers, expected, "\(network.name), \(label), \(engine), \(parallelism): \(nodes)")
      }
    }
  }

  /// The first samples of those that all tests take.
  static func samples(_ shape: TensorShape, _ count: Int) -> [Tensor] {
    (0..<count).map { Tensor(shape: shape.dimensions, values: sample(shape, $0)) }
  }

  private static func sample(_ shape: TensorShape, _ index: Int) -> [Float] {
    let count = shape.elementsPerSample
    return Array(SeededWeights.input(count: count * (index + 1)).suffix(count))
  }

  private static func expectClose(_ actual: [[Float]], _ expected: [[Float]], _ label: String) {
    #expect(actual.map(\.count) == expected.map(\.count), "\(label)")
    for (sample, (actual, expected)) in zip(actual, expected).enumerated() {
      let scale = max(expected.map(abs).max() ?? 0, 1)
      // What is no number is not close to any.
      let wrong = zip(actual, expected).enumerated().first { !(abs($1.0 - $1.1) <= tolerance * scale) }
      if let (index, (value, wanted)) = wrong {
        Issue.record("\(label): sample \(sample), value \(index) is \(value), not \(wanted)")
      }
    }
  }
}
