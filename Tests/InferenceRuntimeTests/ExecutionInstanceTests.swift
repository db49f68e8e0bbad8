import Architectures
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

@Suite("An instance of a plan")
struct ExecutionInstanceTests {
  @Test("an image's answer does not depend on the batch in which it rides")
  func batchesEqualSingles() throws {
    let network = try Architecture.named("resnet8").network()
    let plan = try Compiler.compile(network, weights: SeededWeights.make(for: network))
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 2))
    let samples = NetworkAgreement.samples(network.inputShape, 8)
    let alone = try samples.map { try instance.run([$0])[0].values }
    for parallelism in Parallelism.allCases {
      let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 2), parallelism: parallelism)
      for count in [8, 3, 5, 8, 8, 8, 8, 8, 2] {
        let outputs = try instance.run(Array(samples[..<count])).map(\.values)
        #expect(outputs == Array(alone[..<count]), "batch of \(count), \(parallelism)")
      }
    }
  }

  @Test("a pool of fewer threads than the plan is for computes the same", arguments: 1...4)
  func smallerPool(threads: Int) throws {
    var net = NetworkBuilder()
    for layer in 0..<5 {
      net.append("conv\(layer)", .convolution(Convolution(outputChannels: 96, kernel: 3, padding: 1)))
    }
    let network = try net.network(name: "deep", inputShape: TensorShape([3, 12, 12]))
    // Direct convolutions read a padded copy, in memory that all workers on a part share.
    let options = CompilerOptions(maximumBatch: 8, threadCount: 4, selection: .fixed("direct"))
    let plan = try Compiler.compile(network, weights: try SeededWeights.make(for: network), options: options)
    let samples = NetworkAgreement.samples(network.inputShape, 8)
    let pool = WorkerPool(threadCount: threads)
    let expected = try ExecutionInstance(plan: plan, pool: pool, parallelism: .together).run(samples).map(\.values)
    let instance = ExecutionInstance(plan: plan, pool: pool, parallelism: .apart)
    for _ in 0..<20 { #expect(try instance.run(samples).map(\.values) == expected) }
  }

  @Test("a sample of the wrong shape and an oversized batch are refused with both numbers")
  func refusals() throws {
    let network = try Architecture.named("resnet8").network()
    let plan = try Compiler.compile(
      network, weights: SeededWeights.make(for: network), options: CompilerOptions(maximumBatch: 2, threadCount: 1))
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 1))
    let sample = Tensor(shape: plan.inputShape) { _ in }
    #expect(throws: ExecutionError.batchSize(3, maximum: 2)) { try instance.run([sample, sample, sample]) }
    #expect(throws: ExecutionError.inputShape([1, 2], expected: [3, 32, 32])) {
      try instance.run([Tensor(shape: [1, 2]) { _ in }])
    }
  }

  @Test("missing, surplus and misshapen weights are reported together, by name")
  func mismatchedWeights() throws {
    let network = try Architecture.named("resnet8").network()
    var weights = try SeededWeights.make(for: network)
    weights["fc.bias"] = nil
    weights["head.weight"] = WeightTensor(shape: [1], values: [0])
    weights["conv0.bias"] = WeightTensor(shape: [4], values: [0, 0, 0, 0])
    let error = #expect(throws: WeightMismatch.self) { try Compiler.compile(network, weights: weights) }
    #expect(error?.missing.map(\.name) == ["fc.bias"])
    #expect(error?.surplus == ["head.weight"])
    #expect(error?.misshapen == [.init(name: "conv0.bias", expected: [16], found: [4])])
  }
}
