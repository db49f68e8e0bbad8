import AllocationCounter
import Architectures
import Foundation
import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

@Suite("Optimisers")
struct OptimizerTests {
  @Test("ten steps of each are PyTorch's", arguments: 0..<15)
  func trajectories(index: Int) throws {
    let goldens = try OptimizerGoldens.load().optimizers
    try #require(goldens.count == 15)
    let golden = goldens[index]
    let store = try Self.smallStore()
    let settings = OptimizerSettings(
      try #require(OptimizerName(rawValue: golden.name)), momentum: golden.momentum, weightDecay: golden.decay,
      decaysBiasAndNormalization: !golden.spares, gradientClipping: golden.clip)
    let state = OptimizerState(settings, for: store)
    let pool = WorkerPool(threadCount: 1)
    for step in 0..<10 {
      Self.setGradients(store, step: step)
      state.update(store, rate: golden.rate, pool: pool)
      #expect(abs(Double(store.values[store["fc.weight"].range.lowerBound]) - golden.first[step]) < 3e-6)
      #expect(abs(Double(store.values[store["fc.bias"].range.lowerBound]) - golden.bias[step]) < 3e-6)
    }
    for (value, expected) in zip(Self.values(store), golden.last) {
      #expect(abs(Double(value) - expected) < 3e-6, "\(golden)")
    }
  }

  @Test("one, two and four threads give the same bits", arguments: OptimizerName.allCases)
  func threads(name: OptimizerName) throws {
    let settings = OptimizerSettings(name, momentum: 0.9, weightDecay: 1e-3, gradientClipping: 1)
    let runs = try [1, 2, 4].map { try Self.threeSteps(settings, threads: $0) }
    #expect(runs[0] == runs[1])
    #expect(runs[0] == runs[2])
    #expect(runs[0] != (try Self.largeStore().weights().mapValues(\.values)))
  }

  @Test("tensors that are frozen keep their values, and do not count for clipping")
  func frozen() throws {
    let store = try Self.smallStore()
    Self.setGradients(store, step: 0)
    let before = Self.values(store)
    let bias = (0..<5).map { Double(store.gradients[store["fc.bias"].range.lowerBound + $0]) }
    let settings = OptimizerSettings(.sgd, weightDecay: 0.1, gradientClipping: 1e9)
    let state = OptimizerState(settings, for: store, frozen: ["fc.weight"])
    let norm = try #require(state.update(store, rate: 0.1, pool: WorkerPool(threadCount: 1)))
    #expect(Self.values(store).prefix(20) == before.prefix(20))
    #expect(Self.values(store).suffix(5) != before.suffix(5))
    #expect(abs(norm - bias.reduce(0) { $0 + $1 * $1 }.squareRoot()) < 1e-12)
  }

  @Test("a multiplier of the rate holds for tensors whose names begin with its key, the longest one first")
  func multipliers() throws {
    let store = try Self.smallStore()
    Self.setGradients(store, step: 0)
    let before = Self.values(store)
    let state = OptimizerState(OptimizerSettings(.sgd), for: store, rateMultipliers: ["fc": 0.5, "fc.bias": 0])
    state.update(store, rate: 1, pool: WorkerPool(threadCount: 1))
    #expect(Self.values(store).suffix(5) == before.suffix(5))
    let moved = Double(before[0]) - Double(Self.values(store)[0])
    #expect(abs(moved - 0.5 * Double(store.gradients[store["fc.weight"].range.lowerBound])) < 1e-6)
  }

  @Test("weight decay spares biases and batch normalisation, unless it is to take all")
  func decayed() throws {
    for takesAll in [false, true] {
      let store = try Self.largeStore()
      for index in 0..<store.learnedCount { store.gradients[index] = 0 }
      let before = store.weights().mapValues(\.values)
      let settings = OptimizerSettings(.sgd, weightDecay: 0.5, decaysBiasAndNormalization: takesAll)
      OptimizerState(settings, for: store).update(store, rate: 1, pool: WorkerPool(threadCount: 2))
      for (name, values) in store.weights().mapValues(\.values) {
        let isStatistic = name.contains("running")
        let isDecayed = !isStatistic && (takesAll || store[name].shape.count > 1)
        #expect(values == (isDecayed ? before[name]!.map { $0 * 0.5 } : before[name]!), "\(name)")
      }
    }
  }

  @Test("a step after a checkpoint is the step that would have been made", arguments: OptimizerName.allCases)
  func resumed(name: OptimizerName) throws {
    let settings = OptimizerSettings(name, momentum: 0.9, weightDecay: 1e-3)
    let pool = WorkerPool(threadCount: 1)
    let (store, other) = (try Self.smallStore(), try Self.smallStore())
    let state = OptimizerState(settings, for: store)
    Self.setGradients(store, step: 0)
    state.update(store, rate: 0.1, pool: pool)
    other.load(store.weights())
    let later = OptimizerState(settings, for: other)
    #expect(later.restore(vectors: state.vectors, stepCount: state.stepCount))
    for (store, state) in [(store, state), (other, later)] {
      Self.setGradients(store, step: 1)
      state.update(store, rate: 0.1, pool: pool)
    }
    #expect(Self.values(store) == Self.values(other))
    #expect(!later.restore(vectors: state.vectors.mapValues { Array($0.dropLast()) }, stepCount: 1) || name == .sgd)
  }

  @Test("a step allocates nothing, nor does an average", arguments: OptimizerName.allCases)
  func allocations(name: OptimizerName) async {
    await #expect(processExitsWith: .success) { [name = name.rawValue as String] in
      let store = try Self.largeStore()
      let settings = OptimizerSettings(
        OptimizerName(rawValue: name)!, momentum: 0.9, weightDecay: 0.1, gradientClipping: 1)
      let state = OptimizerState(settings, for: store)
      let average = WeightAverage(.exponential(decay: 0.9), for: store)
      for threads in 1...2 {
        let pool = WorkerPool(threadCount: threads)
        func steps(_ count: Int) {
          for _ in 0..<count {
            state.update(store, rate: 0.1, pool: pool)
            average.takeStep(store, pool)
          }
        }
        steps(1)
        let count = Self.allocations { steps(10) }
        // To hand work to another thread takes a box: for the norm, the update and the average.
        #expect(count <= (threads == 1 ? 0 : 3 * 10), "\(threads) threads")
      }
    }
  }

  private static func allocations(_ body: () -> Void) -> Int {
    allocation_counter_start()
    body()
    return allocation_counter_stop()
  }

  // MARK: Stores

  /// As `optimizers.py` begins: `fc.weight` of 5 x 4, `fc.bias` of 5.
  static func smallStore() throws -> ParameterStore {
    let network = try Network(
      name: "small", inputShape: TensorShape([4]),
      nodes: [Node("fc", .fullyConnected(FullyConnected(outputFeatures: 5)), inputs: [Network.inputName])])
    return try ParameterStore(
      network,
      weights: [
        "fc.weight": WeightTensor(shape: [5, 4], values: (0..<20).map { Float(cos(0.7 * Double($0))) }),
        "fc.bias": WeightTensor(shape: [5], values: (0..<5).map { Float(0.1 * Double($0) - 0.2) }),
      ])
  }

  static func largeStore() throws -> ParameterStore {
    let network = try Architecture.named("resnet20").network()
    return try ParameterStore(network, weights: SeededWeights.make(for: network))
  }

  static func values(_ store: ParameterStore) -> [Float] {
    let weights = store.weights()
    return weights["fc.weight"]!.values + weights["fc.bias"]!.values
  }

  /// As `optimizers.py` has them.
  static func setGradients(_ store: ParameterStore, step: Int) {
    let first = [("fc.weight", 0), ("fc.bias", 20)]
    for (name, offset) in first {
      let range = store[name].range
      for (index, place) in range.enumerated() {
        store.gradients[place] = Float(sin(Double(1 + offset + index + 7 * step)) * (1 + Double(step) / 4))
      }
    }
  }

  private static func threeSteps(_ settings: OptimizerSettings, threads: Int) throws -> [String: [Float]] {
    let store = try largeStore()
    let state = OptimizerState(settings, for: store)
    let pool = WorkerPool(threadCount: threads)
    for step in 0..<3 {
      for parameter in store.parameters where parameter.isLearned {
        for index in parameter.range { store.gradients[index] = Float(sin(Double(index * (step + 1)))) }
      }
      state.update(store, rate: 0.05, pool: pool)
    }
    return store.weights().mapValues(\.values)
  }
}
