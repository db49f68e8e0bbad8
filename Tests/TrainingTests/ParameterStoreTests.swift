import Architectures
import NetworkGraph
import TestSupport
import Testing
import Training

@Suite struct ParameterStoreTests {
  @Test("learned tensors come first, each keeps its values")
  func order() throws {
    let network = try Architecture.named("resnet20").network()
    let weights = try SeededWeights.make(for: network)
    let store = try ParameterStore(network, weights: weights)
    #expect(store.parameters.filter(\.isLearned).allSatisfy { $0.range.upperBound <= store.learnedCount })
    #expect(store.weights().mapValues(\.values) == weights.mapValues(\.values))
  }
}
