import Architectures
import Foundation
import KernelTestSupport
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

@Suite("Logits of every architecture against PyTorch")
struct ArchitectureLogitsTests {
  static let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens/architectures/logits")

  /// Relative to the largest logit. Algorithms chosen by counting are off by at most 1.6e-5 (regnet_y_400mf).
  static let tolerance: Float = 1e-4

  /// Those that are run on every engine, one of each family that differs in its layers.
  static let families = [
    "alexnet_original", "googlenet", "resnet18", "squeezenet1_1", "efficientnet-lite0", "lenet5", "mobilenet_v3_small",
    "densenet121", "shufflenet_v2_x1_0", "regnet_y_400mf",
  ]

  @Test("seeded weights and input give PyTorch's logits on every engine", arguments: Architecture.all.map(\.name))
  func engines(name: String) throws {
    try OpenBLASCheck.verify()
    let subject = try Subject(name)
    // Every architecture on the reference; one of each family on all kernels.
    let kernels = ProcessorKernels.allCases.filter { $0.isSupported && Self.families.contains(name) }
    for engine in [.reference] + kernels.map(Engine.tiled) {
      _ = try subject.expectLogits(CompilerOptions(maximumBatch: 1, threadCount: 2, engine: engine))
    }
  }

  @Test("every algorithm gives them, wherever it applies", arguments: Architecture.all.map(\.name))
  func algorithms(name: String) throws {
    let subject = try Subject(name)
    var used: Set<String> = []
    for algorithm in AlgorithmSelection.algorithmNames {
      var options = CompilerOptions(maximumBatch: 1, threadCount: 2, selection: .preferred(algorithm))
      if algorithm.hasSuffix("bf16x2"), !ProcessorKernels.amx.isSupported {
        // In plain Swift they take minutes for all architectures together.
        guard TestEffort.current == .thorough || subject.multiplyAccumulates < 100_000_000 else { continue }
        options.substituteKernels = .plainSplit
      }
      do {
        let algorithms = try subject.expectLogits(options)
        #expect(algorithms.contains { $0.hasPrefix(algorithm) }, "\(algorithm) ran nowhere: \(algorithms)")
        used.insert(algorithm)
      } catch AlgorithmError.appliesNowhere {
        continue
      }
    }
    #expect(used.contains("direct"), "\(used)")
  }

  /// A network with its seeded weights, and what PyTorch makes of them.
  private struct Subject {
    let network: Network
    let weights: Weights
    let expected: [Float]
    let multiplyAccumulates: Int

    init(_ name: String) throws {
      network = try Architecture.named(name).network()
      weights = try SeededWeights.make(for: network)
      expected = try ArchitectureLogitsTests.golden(name)
      let shapes = try network.inferShapes()
      multiplyAccumulates = zip(network.nodes, shapes.layers).reduce(0) {
        $0 + $1.0.operator.definition.multiplyAccumulates(inputs: $1.1.inputs, output: $1.1.output)
      }
    }

    /// Compares, and returns the algorithms of the plan's steps.
    func expectLogits(_ options: CompilerOptions) throws -> Set<String> {
      let plan = try Compiler.compile(network, weights: weights, options: options)
      let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 2))
      let input = Tensor(
        shape: plan.inputShape, values: SeededWeights.input(count: network.inputShape.elementsPerSample))
      let actual = try instance.run([input])[0].values
      try #require(actual.count == expected.count)
      let scale = try #require(expected.map(abs).max())
      let difference = zip(actual, expected).map { abs($0 - $1) }.max()! / scale
      #expect(
        difference <= ArchitectureLogitsTests.tolerance,
        """
        \(network.name), \(options.engine.name), \(options.selection): relative difference \(difference); \
        Tests/Goldens/architectures/generate.py makes the reference
        """)
      return Set(plan.layers.map(\.algorithm))
    }
  }

  /// Little-endian f32 values that `generate.py` wrote.
  static func golden(_ name: String) throws -> [Float] {
    let data = try Data(contentsOf: goldens.appendingPathComponent("\(name).f32"))
    return stride(from: 0, to: data.count, by: 4).map { offset in
      Float(bitPattern: data[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }
}
