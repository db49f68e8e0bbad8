import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

/// Few cases in the usual tests; ten minutes of new ones in the long run.
@Suite("Random convolutions and networks against plain loops")
struct RandomAlgorithmTests {
  @Test("random convolutions, by every algorithm that computes them, on every kernel set")
  func convolutions() throws {
    try RandomRun.forEach(usual: 100, thorough: .seconds(420)) { seed in
      let example = try ConvolutionExample(.random(seed: seed), seed: seed)
      for expectation in AlgorithmExpectation.all {
        let algorithm = try #require(ConvolutionAlgorithms.named(expectation.name))
        let check = AlgorithmCheck(
          algorithm, tolerance: expectation.looseTolerance, context: "\(RandomRun.variable)=\(seed): ")
        for kernels in KernelSets.all where algorithm.obstacle(to: example.problem, on: kernels) == nil {
          _ = check.run(example, on: kernels)
        }
      }
    }
  }

  @Test("random networks, on every engine, by estimated and by preferred algorithms")
  func networks() throws {
    try OpenBLASCheck.verify()
    try RandomRun.forEach(usual: 60, thorough: .seconds(180)) { seed in
      let network = try RandomNetwork.make(seed: seed)
      let (batch, threads) = (Int(seed % 5) + 1, Int(seed % 4) + 1)
      let label = "\(RandomRun.variable)=\(seed)"
      try NetworkAgreement.expect(network, batch: batch, threads: threads, label)
      let names = AlgorithmSelection.algorithmNames
      let name = names[Int(seed) % names.count]
      do {
        try NetworkAgreement.expect(
          network, batch: batch, threads: threads, selection: .preferred(name), on: [.plainSplit], "\(label), \(name)")
      } catch AlgorithmError.appliesNowhere {
        // Then the estimated ones were all there is.
      }
    }
  }
}
