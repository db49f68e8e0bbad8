import NetworkGraph

/// The dominators of each value, in the numbers of `NetworkWiring`. One more number behind the last stands for the end.
/// The network's output and every value that no layer takes lead to the end.
///
/// Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm, 2001. Values are numbered in an order in which they can
/// be computed, so one pass in each direction suffices.
struct Dominators {
  /// For each value, the last value before it through which every path from the input leads; 0 for the input itself.
  let before: [Int]
  /// For each value, the first value behind it through which every path to the end leads; the end's number for the end
  /// itself.
  let behind: [Int]
  /// The layers that take each value, as numbers of their outputs, ascending and once each.
  let takers: [[Int]]

  /// The number that stands for the end.
  var end: Int { before.count }

  init(_ wiring: NetworkWiring) {
    let count = wiring.inputs.count + 1
    takers = Self.takers(wiring)
    before = Self.before(wiring)
    behind = Self.behind(takers, end: count)
  }

  private static func takers(_ wiring: NetworkWiring) -> [[Int]] {
    var takers = [[Int]](repeating: [], count: wiring.inputs.count + 1)
    for (index, inputs) in wiring.inputs.enumerated() {
      for value in inputs where takers[value].last != index + 1 { takers[value].append(index + 1) }
    }
    return takers
  }

  private static func before(_ wiring: NetworkWiring) -> [Int] {
    var before = [0]
    for inputs in wiring.inputs {
      var meeting = inputs.first ?? 0
      for value in inputs.dropFirst() {
        var other = value
        while meeting != other {
          if meeting > other { meeting = before[meeting] } else { other = before[other] }
        }
      }
      before.append(meeting)
    }
    return before
  }

  private static func behind(_ takers: [[Int]], end: Int) -> [Int] {
    var behind = [Int](repeating: end, count: end + 1)
    for value in takers.indices.reversed() {
      guard var meeting = takers[value].first else { continue }
      for taker in takers[value].dropFirst() {
        var other = taker
        while meeting != other {
          if meeting < other { meeting = behind[meeting] } else { other = behind[other] }
        }
      }
      behind[value] = meeting
    }
    return behind
  }
}
