/// Which classes are taken for which: a row for each label, a column for each prediction.
public struct ConfusionMatrix: Hashable, Sendable {
  public let names: [String]
  /// `counts[label][predicted]`.
  public let counts: [[Int]]

  /// - Precondition: as many rows, and as many columns in each, as there are names.
  public init(names: [String], counts: [[Int]]) {
    precondition(counts.count == names.count && counts.allSatisfy { $0.count == names.count }, "a square of classes")
    (self.names, self.counts) = (names, counts)
  }

  /// One class that was taken for another.
  public struct Confusion: Hashable, Sendable {
    public let label: Int
    public let predicted: Int
    public let images: Int
  }

  /// The pairs of classes that were confused, the most frequent first.
  public var confusions: [Confusion] {
    let all = names.indices.flatMap { label in
      names.indices.map { Confusion(label: label, predicted: $0, images: counts[label][$0]) }
    }
    return all.filter { $0.label != $0.predicted && $0.images > 0 }.sorted {
      ($1.images, $0.label, $0.predicted) < ($0.images, $1.label, $1.predicted)
    }
  }

  /// Images of a class or taken for it that are in the wrong place.
  func mistakes(of name: Int) -> Int {
    counts[name].reduce(0, +) + counts.reduce(0) { $0 + $1[name] } - 2 * counts[name][name]
  }

  /// The matrix of the classes with the most mistakes, in their old order, with all others as a last one.
  ///
  /// - Parameter limit: rows at most, at least two.
  func folded(to limit: Int) -> (matrix: ConfusionMatrix, folded: Int) {
    guard names.count > limit else { return (self, 0) }
    let ranked = names.indices.sorted { (mistakes(of: $1), $0) < (mistakes(of: $0), $1) }
    let kept = ranked.prefix(limit - 1).sorted()
    var target = [Int](repeating: kept.count, count: names.count)
    for (place, name) in kept.enumerated() { target[name] = place }
    var folded = [[Int]](repeating: [Int](repeating: 0, count: kept.count + 1), count: kept.count + 1)
    for label in names.indices {
      for predicted in names.indices { folded[target[label]][target[predicted]] += counts[label][predicted] }
    }
    let others = names.count - kept.count
    return (ConfusionMatrix(names: kept.map { names[$0] } + ["\(others) others"], counts: folded), others)
  }
}
