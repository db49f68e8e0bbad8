import InferenceRuntime
import NetworkGraph
import Testing

@testable import Training

@Suite("Averages of weights")
struct WeightAverageTests {
  @Test("the mean of the last epochs is that of exactly these")
  func lastEpochs() throws {
    let store = try OptimizerTests.smallStore()
    let average = WeightAverage(.lastEpochs(3), for: store)
    let pool = WorkerPool(threadCount: 1)
    #expect(average.values(of: store) == UnsafePointer(store.values))
    for epoch in 0..<6 {
      store.values[0] = Float(epoch * epoch)
      average.takeStep(store, pool)
      average.takeEpoch(store, remaining: 5 - epoch, pool)
    }
    #expect(average.count == 3)
    #expect(abs(average.values(of: store)[0] - Float(9 + 16 + 25) / 3) < 1e-5)
  }

  @Test("the exponential average is as defined, its decay smaller at first")
  func exponential() throws {
    let store = try OptimizerTests.smallStore()
    let average = WeightAverage(.exponential(decay: 0.5), for: store)
    let pool = WorkerPool(threadCount: 1)
    var expected = 0.0
    for step in 0..<30 {
      let value = Double(step % 7)
      store.values[0] = Float(value)
      average.takeStep(store, pool)
      average.takeEpoch(store, remaining: 0, pool)
      let decay = min(0.5, Double(1 + step) / Double(10 + step))
      expected = step == 0 ? value : decay * expected + (1 - decay) * value
      #expect(abs(Double(average.values(of: store)[0]) - expected) < 1e-5)
    }
  }

  @Test("a checkpoint gives the average back")
  func restored() throws {
    let store = try OptimizerTests.smallStore()
    let pool = WorkerPool(threadCount: 1)
    let (average, other) = (WeightAverage(.lastEpochs(2), for: store), WeightAverage(.lastEpochs(2), for: store))
    average.takeEpoch(store, remaining: 1, pool)
    #expect(other.restore(vector: average.vector, count: average.count))
    store.values[0] = 9
    average.takeEpoch(store, remaining: 0, pool)
    other.takeEpoch(store, remaining: 0, pool)
    #expect(average.vector == other.vector)
    #expect(!other.restore(vector: [1], count: 1))
  }

  @Test("text is read and written", arguments: ["none", "ema", "ema:0.99", "last:5"])
  func text(text: String) {
    #expect(WeightAveraging(text)?.description == text)
  }

  @Test("other text is refused", arguments: ["", "mean", "ema:1", "ema:-0.1", "ema:x", "last", "last:0", "last:1.5"])
  func refused(text: String) {
    #expect(WeightAveraging(text) == nil)
  }
}
