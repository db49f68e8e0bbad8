import InferenceRuntime
import ModelServing
import NetworkGraph
import TestSupport
import Testing

@testable import Training

@Suite struct TrainingStartTests {
  @Test("a run that goes out from weights begins with them, and goes on only where they are the same")
  func start() throws {
    var run = try TestRun(epochs: 2)
    run.settings.learningRate = 1e-30
    run.settings.average = .none
    let network = try SoftmaxRegression.network(classes: 3)
    let weights = try SeededWeights.make(for: network)
    run.start = TrainingStart(weights, freezesStatistics: true)
    #expect(try run.run().weights.mapValues(\.values) == weights.mapValues(\.values))
    run.start = TrainingStart(weights, freezesStatistics: false)
    #expect(throws: CheckpointError.self) { try run.run(isResuming: true) }
    run.start = nil
    let error = #expect(throws: CheckpointError.self) { try run.run(isResuming: true) }
    #expect("\(try #require(error))".contains("first weights: "))
  }

  @Test("the digest changes with any bit, shape and name")
  func digests() {
    func digest(_ name: String, _ shape: [Int], _ values: [Float]) -> String {
      TrainingStart([name: WeightTensor(shape: shape, values: values)], freezesStatistics: true).digest
    }
    let digests = [
      digest("a", [2], [1, 2]), digest("b", [2], [1, 2]), digest("a", [1, 2], [1, 2]),
      digest("a", [2], [1, 2.0000002]),
    ]
    #expect(Set(digests).count == 4)
    #expect(digest("a", [2], [1, 2]) == digests[0])
  }
}
