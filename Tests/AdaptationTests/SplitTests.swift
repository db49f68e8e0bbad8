import Testing

@testable import Adaptation

@Suite struct SplitTests {
  private static func hashes(_ count: Int) -> [String] { (0..<count).map { "photo \($0)" } }

  @Test("a photo that is added moves no other")
  func stability() {
    let before = PhotoGroups([], hashes: Self.hashes(300), seed: 1)
    let after = PhotoGroups([], hashes: Self.hashes(300) + ["another"], seed: 1)
    let parts = [before, after].map {
      PhotoSplit(Array(0..<300), groups: $0, validationShare: 0.15, testShare: 0.15)
    }
    #expect(parts[0] == parts[1])
  }

  @Test("shares are about those that were asked for, and another seed divides otherwise")
  func shares() {
    let parts = [1, 2].map { seed in
      PhotoSplit(
        Array(0..<2000), groups: PhotoGroups([], hashes: Self.hashes(2000), seed: seed), validationShare: 0.15,
        testShare: 0.15)
    }
    #expect(parts[0] != parts[1])
    for part in parts {
      #expect((250...350).contains(part.test.count) && (250...350).contains(part.validation.count))
      #expect(part.training.count + part.validation.count + part.test.count == 2000)
    }
  }

  @Test("near-duplicates stand on one side, in splits and in folds", arguments: 0..<20)
  func groups(seed: UInt64) {
    let pairs = (0..<100).map { [2 * $0, 2 * $0 + 1] }
    let groups = PhotoGroups(pairs, hashes: Self.hashes(200), seed: seed)
    let split = PhotoSplit(Array(0..<200), groups: groups, validationShare: 0.2, testShare: 0.2)
    let folds = Folds(Array(0..<200), labels: (0..<200).map { $0 / 50 }, groups: groups, count: 5)
    for part in [split.training, split.validation, split.test] + folds.parts {
      for pair in pairs { #expect(part.contains(pair[0]) == part.contains(pair[1])) }
    }
  }

  @Test("folds hold each image once, and each class in even parts")
  func folds() {
    let labels = (0..<103).map { $0 % 3 }
    let groups = PhotoGroups([], hashes: Self.hashes(103), seed: 3)
    let folds = Folds(Array(0..<103), labels: labels, groups: groups, count: 5)
    #expect(folds.parts.flatMap { $0 }.sorted() == Array(0..<103))
    for label in 0..<3 {
      let counts = folds.parts.map { part in part.count { labels[$0] == label } }
      #expect(counts.max()! - counts.min()! <= 1)
    }
    #expect(folds.others(than: 2) == (0..<103).filter { !folds.parts[2].contains($0) })
  }

  @Test("few images are folds as many as there are")
  func fewImages() {
    let folds = Folds(
      [4, 7, 9], labels: [Int](repeating: 0, count: 10), groups: PhotoGroups([], hashes: Self.hashes(10), seed: 0),
      count: 5)
    #expect(folds.parts.map(\.count) == [1, 1, 1])
  }
}
