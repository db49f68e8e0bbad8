import Testing

@testable import Training

@Suite("Holding out for validation")
struct SplitTests {
  private static let format = RasterFormat(channels: 1, height: 1, width: 2)

  /// Classes of 10, 30 and 61 images, mixed.
  private static func dataSet() -> StoredDataSet {
    let labels = (0..<101).map { $0 % 10 == 5 ? 0 : $0 % 10 < 3 ? 1 : 2 } as [Int32]
    return DataFixtures.stored(DataFixtures.samples(202), format, labels: labels)
  }

  @Test("as many as asked for, of each class its part, and nothing in both", arguments: [1, 3, 10, 20, 50, 98])
  func stratified(count: Int) throws {
    let whole = Self.dataSet()
    let (training, validation) = try whole.split(.count(count), seed: 4)
    #expect(validation.count == count && training.count == 101 - count)
    for (label, classCount) in whole.classCounts.enumerated() {
      let exact = Double(classCount * count) / 101
      #expect(abs(Double(validation.classCounts[label]) - exact) <= 1)
      #expect(training.classCounts[label] >= 1)
    }
    let all = [training, validation].flatMap { part in (0..<part.count).map(part.identifier) }
    #expect(Set(all).count == 101)
  }

  @Test("the seed decides, and nothing else")
  func seeds() throws {
    func identifiers(seed: UInt64) throws -> [String] {
      let part = try Self.dataSet().split(.share(0.2), seed: seed).validation
      return (0..<part.count).map(part.identifier)
    }
    try #expect(identifiers(seed: 1) == identifiers(seed: 1))
    try #expect(identifiers(seed: 1) != identifiers(seed: 2))
  }

  @Test("a part keeps its images, labels and a fingerprint of its own")
  func subset() throws {
    let whole = Self.dataSet()
    let part = DataSubset(of: DataSubset(of: whole, indices: [7, 5, 100], name: "a"), indices: [2, 0], name: "b")
    #expect(part.label(0) == whole.label(100) && part.label(1) == whole.label(7))
    try #expect(part.image(0) == whole.image(100))
    let stored = try #require(part.storedImages)
    #expect(stored.planes(1)[0] == whole.images.planes(7)[0])
    #expect(stored.planes(1)[1] == whole.images.planes(7)[1])
    let other = DataSubset(of: whole, indices: [100, 7], name: "b")
    try #expect(part.fingerprint() != other.fingerprint())
  }

  @Test("a class keeps one image to train with")
  func tooMany() throws {
    let error = try #require(throws: DataSetError.self) { try Self.dataSet().split(.count(99), seed: 0) }
    #expect(
      error.description
        == "fixture: 99 of 101 images cannot be held out: each class keeps at least one to train with")
  }

  @Test(
    "text of the command line",
    arguments: [
      ("5000", .count(5000)), ("0", .count(0)), ("0.1", .share(0.1)), ("10%", .share(0.1)), ("2.5%", .share(0.025)),
      ("1.5", nil), ("-1", nil), ("100%", nil), ("0.0", nil), ("ten", nil), ("", nil), ("%", nil),
    ] as [(String, HoldOut?)])
  func text(text: String, expected: HoldOut?) {
    #expect(HoldOut(text) == expected)
    if let expected { #expect(HoldOut(expected.description) == expected) }
  }

  @Test("data that nothing can be learned from are refused")
  func checks() throws {
    func refusal(_ labels: [Int32], batchSize: Int = 1) -> String? {
      let set = DataFixtures.stored(DataFixtures.samples(labels.count * 2), Self.format, labels: labels)
      do {
        try set.requireTrainable(batchSize: batchSize)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(refusal([0, 1]) == nil)
    #expect(
      refusal([0, 0]) == "fixture has one class only (class 0); at least two are needed to tell them apart")
    #expect(refusal([0, 2]) == "fixture: the class \"class 1\" has no images")
    #expect(
      refusal([0, 1], batchSize: 3)
        == "fixture has 2 images to train with, fewer than a batch of 3; give a smaller batch size with --batch-size")
    #expect(refusal([]) == "fixture holds no images")
  }

  @Test("data with a validation set of their own hold out nothing besides")
  func validationOfItsOwn() throws {
    let set = Self.dataSet()
    let source = try DataSource(kind: .idx, sets: [.training: set, .validation: set], path: "x")
    #expect(throws: DataSetError.self) { try source.holdingOut(.count(5), seed: 0) }
    try #expect(source.holdingOut(.count(0), seed: 0).training.count == 101)
    let plain = try DataSource(kind: .idx, sets: [.training: set, .test: set], path: "x")
    let held = try plain.holdingOut(.count(5), seed: 0)
    #expect(held.training.count == 96 && held.validation?.count == 5 && held.test?.count == 101)
    try #expect(held.fingerprint() != plain.fingerprint())
  }
}
