/// How many photos a class needs at the least, whatever they are for.
///
/// The one place of the rule: files are counted by it before anything is unpacked or read, and photos that can be used once they
/// have been looked at, by `audit`, by a server that takes them, and by `adapt`.
public enum PhotoMinimum {
  /// Nested cross-validation takes away two of them, and one has to be left.
  public static let ofClass = 3

  /// The first class of too few, and how many it has.
  static func smallClass(_ counts: [Int]) -> (index: Int, count: Int)? {
    counts.firstIndex { $0 < ofClass }.map { ($0, counts[$0]) }
  }

  static func counts(of places: some Sequence<Int>, labels: [Int], classCount: Int) -> [Int] {
    places.reduce(into: [Int](repeating: 0, count: classCount)) { $0[labels[$1]] += 1 }
  }

  /// What is wrong with photos of which too few can be used; nothing where there are enough.
  ///
  /// - Parameters:
  ///   - usable: places of images that can be used.
  ///   - facts: one an image.
  ///   - files: names, one an image.
  static func problem(
    usable: [Int], _ facts: [PhotoFacts], files: [String], labels: [Int], classes: [String]
  ) -> AdaptationError? {
    guard !usable.isEmpty else {
      let examples = facts.indices.prefix(3).map { "\(files[$0]): \(facts[$0].problem ?? "in several classes")" }
      return .noReadableImages(count: facts.count, examples: Array(examples))
    }
    return smallClass(counts(of: usable, labels: labels, classCount: classes.count)).map { small in
      .tooFewImages(className: classes[small.index], count: small.count, minimum: ofClass)
    }
  }
}
