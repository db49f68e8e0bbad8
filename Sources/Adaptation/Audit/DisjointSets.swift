/// Sets that are joined one by one: Tarjan, "Efficiency of a good but not linear set union algorithm" (1975), with path
/// halving.
struct DisjointSets {
  private var parents: [Int]

  init(count: Int) {
    parents = Array(0..<count)
  }

  var count: Int { parents.count }

  /// The least member of a set.
  mutating func root(_ member: Int) -> Int {
    var member = member
    while parents[member] != member {
      parents[member] = parents[parents[member]]
      member = parents[member]
    }
    return member
  }

  mutating func join(_ one: Int, _ other: Int) {
    let (one, other) = (root(one), root(other))
    parents[max(one, other)] = min(one, other)
  }

  mutating func areJoined(_ one: Int, _ other: Int) -> Bool { root(one) == root(other) }

  /// All sets in ascending order of their least members, each in ascending order.
  var groups: [[Int]] {
    var sets = self
    var members: [[Int]] = parents.map { _ in [] }
    for index in parents.indices { members[sets.root(index)].append(index) }
    return members.filter { !$0.isEmpty }
  }
}
