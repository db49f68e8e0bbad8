import Testing

@testable import Adaptation

@Suite struct HeadTests {
  private let golden: HeadGolden

  init() throws {
    golden = try HeadGolden.load()
  }

  @Test(
    "logistic regression gives scikit-learn's logits, but for what is equal for all classes",
    arguments: ["1.0", "0.1", "0.01"])
  func logisticRegression(penalty: String) throws {
    let head = golden.data.heads([.logisticRegression(penalty: Double(penalty)!)])[0]
    let expected = try #require(golden.logistic[penalty])
    for (own, other) in zip(head.logits(golden.test), expected) {
      #expect(distance(centred(own.map(Double.init)), centred(other)) < 0.02)
    }
  }

  @Test("ridge gives scikit-learn's values, with fewer images than features too", arguments: ["1.0", "0.1", "0.01"])
  func ridge(penalty: String) throws {
    let head = golden.data.heads([.ridge(penalty: Double(penalty)!)])[0]
    let expected = try #require(golden.ridge[penalty])
    for (own, other) in zip(head.logits(golden.test), expected) {
      #expect(distance(own.map(Double.init), other) < 1e-4)
    }
  }

  @Test("both systems that ridge may solve have one solution")
  func ridgeOfFewImages() {
    // The same images once more change the sums by a factor alone, but there are then more of them than features.
    let few = golden.data.choosing([0, 1, 2, 3, 4, 5])
    let many = golden.data.choosing([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
    let heads = [few, many].map { $0.heads([.ridge(penalty: 0.3)])[0] }
    for (first, second) in zip(heads[0].weights, heads[1].weights) { #expect(abs(first - second) < 1e-4) }
  }

  @Test("the nearest mean is scikit-learn's nearest centroid")
  func nearestMean() {
    let head = golden.data.heads([.nearestMean])[0]
    #expect(head.logits(golden.test).map(Probabilities.best) == golden.nearestMean)
  }

  @Test(
    "a class that was never seen is never taken",
    arguments: [HeadKind.logisticRegression(penalty: 0.1), .ridge(penalty: 0.1), .nearestMean])
  func absentClass(kind: HeadKind) {
    let rows = golden.labels.indices.filter { golden.labels[$0] != 1 }
    let head = golden.data.choosing(rows).heads([kind])[0]
    #expect(!head.logits(golden.test).map(Probabilities.best).contains(1))
  }

  @Test("a start elsewhere ends at the same head")
  func start() {
    let penalties = [10, 1, 0.01].map(HeadKind.logisticRegression)
    let path = golden.data.heads(penalties)[2]
    let direct = golden.data.heads([penalties[2]])[0]
    for (first, second) in zip(path.logits(golden.test), direct.logits(golden.test)) {
      #expect(distance(centred(first.map(Double.init)), centred(second.map(Double.init))) < 0.02)
    }
  }

  private func centred(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { $0 - mean }
  }

  private func distance(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).map { abs($0 - $1) }.max()!
  }
}
