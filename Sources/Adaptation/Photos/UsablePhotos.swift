/// Which photos a run uses: those that can be read, each content once.
enum UsablePhotos {
  /// Places, in ascending order.
  ///
  /// Of copies in one class the first is used; where the data set parts apart, the first in the part that is judged by: a test
  /// loses no photo because somebody learned from it. Of copies in different classes none is used, as nobody knows which
  /// label is right.
  ///
  /// - Parameter parts: what the data themselves say that each image is for, 0 to learn from, 1 to choose by, 2 to test with;
  ///   nothing where they have one part.
  static func places(_ facts: [PhotoFacts], labels: [Int], parts: [Int]? = nil) -> [Int] {
    let readable = facts.indices.filter { facts[$0].picture != nil && facts[$0].contentHash != nil }
    return Dictionary(grouping: readable) { facts[$0].contentHash! }.values.compactMap { copies in
      guard Set(copies.map { labels[$0] }).count == 1 else { return nil }
      guard let parts else { return copies[0] }
      return copies.max { (parts[$0], $1) < (parts[$1], $0) }
    }.sorted()
  }
}
