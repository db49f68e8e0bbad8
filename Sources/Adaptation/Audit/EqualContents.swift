/// Images joined by equal bytes, and by whatever else joins them.
struct EqualContents {
  /// The first image of each content, of those that could be read.
  let representatives: [Int]
  private var sets: DisjointSets

  init(_ facts: [PhotoFacts]) {
    sets = DisjointSets(count: facts.count)
    var first: [String: Int] = [:]
    var representatives: [Int] = []
    for (index, fact) in facts.enumerated() {
      guard let hash = fact.contentHash else { continue }
      if let other = first[hash] {
        sets.join(other, index)
      } else {
        first[hash] = index
        representatives.append(index)
      }
    }
    self.representatives = representatives
  }

  mutating func join(_ pairs: [(Int, Int)]) {
    for (one, other) in pairs { sets.join(one, other) }
  }

  /// Those of more than one image, each in ascending order, in the order of their first.
  var groups: [[Int]] { sets.groups.filter { $0.count > 1 } }
}
