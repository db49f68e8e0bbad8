import Testing

@testable import Training

/// Words of `numpy.random.Philox`: see Tests/Goldens/training-data/generate.py.
private struct RandomWords: Decodable {
  let seed: String
  let stream: UInt64
  let epoch: Int
  let sample: Int
  let view: Int
  let words: [String]
}

@Suite("Random numbers by counter")
struct CounterGeneratorTests {
  @Test("Philox gives Random123's known answer")
  func knownAnswer() {
    #expect(
      Philox.block(counter: .zero, key: .zero)
        == [0x1655_4D9E_CA36_314C, 0xDB20_FE9D_672D_0FDC, 0xD7E7_72CE_E186_176B, 0x7E68_B68A_EC7B_A23B])
  }

  @Test("words are those of NumPy's Philox, one after the other and by index")
  func words() throws {
    for golden in try TrainingGoldens.json("random.json", as: [RandomWords].self) {
      let seed = try #require(UInt64(golden.seed))
      let stream = try #require(RandomStream(rawValue: golden.stream))
      var generator = CounterGenerator(
        seed: seed, stream: stream, epoch: golden.epoch, sample: golden.sample, view: golden.view)
      for (index, word) in golden.words.enumerated() {
        let value = CounterGenerator.value(
          seed: seed, stream: stream, epoch: golden.epoch, sample: golden.sample, view: golden.view,
          index: UInt64(index))
        #expect(generator.next() == UInt64(word))
        #expect(value == UInt64(word))
      }
    }
  }

  @Test("streams have numbers of their own, which stay what they are")
  func streams() {
    #expect(RandomStream.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 16, 17, 18, 19, 20, 21, 32, 33, 34, 35, 48, 49])
  }

  @Test("uniform numbers have the moments of their distribution")
  func uniform() {
    var generator = CounterGenerator(seed: 1, stream: .dropout)
    let numbers = (0..<100_000).map { _ in generator.uniform() }
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    #expect(abs(numbers.mean - 0.5) < 0.005)
    #expect(abs(numbers.map { ($0 - 0.5) * ($0 - 0.5) }.mean - 1.0 / 12) < 0.002)
    let floats = (0..<10_000).map { _ in Double(generator.uniformFloat()) }
    #expect(floats.allSatisfy { (0..<1).contains($0) } && abs(floats.mean - 0.5) < 0.02)
  }

  @Test("normal numbers have the moments of their distribution")
  func normal() {
    var generator = CounterGenerator(seed: 2, stream: .initialization)
    let numbers = (0..<100_000).map { _ in generator.normal() }
    #expect(abs(numbers.mean) < 0.02)
    #expect(abs(numbers.map { $0 * $0 }.mean - 1) < 0.02)
    #expect(abs(numbers.map { $0 * $0 * $0 * $0 }.mean - 3) < 0.15)
  }

  @Test("whole numbers below a bound are all equally likely", arguments: [1, 2, 3, 10, 127])
  func integers(bound: Int) {
    var generator = CounterGenerator(seed: 3, stream: .shift, sample: bound)
    let draws = 2000 * bound
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<draws { counts[generator.integer(below: bound)] += 1 }
    // Six deviations of a binomial distribution of mean 2,000.
    #expect(counts.allSatisfy { abs($0 - 2000) < 270 })
  }

  @Test("a bound that divides 2^64 badly is met too")
  func hugeBound() {
    var generator = CounterGenerator(seed: 4, stream: .shift)
    let bound = 3 << 61
    // Eight words fall on three numbers: without rejection every third number has two of them, where others have three.
    let thirds = (0..<30_000).count { _ in generator.integer(below: bound) % 3 == 2 }
    #expect(abs(thirds - 10_000) < 500)
  }

  @Test("a permutation holds each number once, each in every place equally often")
  func permutations() {
    var places = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
    for sample in 0..<5000 {
      var generator = CounterGenerator(seed: 5, stream: .shuffle, sample: sample)
      let order = generator.permutation(5)
      #expect(order.sorted() == [0, 1, 2, 3, 4])
      for (place, number) in order.enumerated() { places[place][number] += 1 }
    }
    #expect(places.joined().allSatisfy { abs($0 - 1000) < 180 })
  }
}

extension [Double] {
  var mean: Double { reduce(0, +) / Double(count) }
}
