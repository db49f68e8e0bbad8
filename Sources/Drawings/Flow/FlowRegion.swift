/// A part of a graph between two boxes, taken apart into what follows one another and what lies side by side.
indirect enum FlowRegion: Hashable {
  case box(Int)
  /// One under the other. Between two boxes leads one way; a region of branches leads from the box above to the one below.
  case series([FlowRegion])
  /// Side by side; nothing in a branch is a way that passes the others by.
  case branches([FlowRegion?])
  /// Boxes that are neither.
  case rest([Int])
}

/// Takes graphs apart by their cut boxes, those which every way passes, and by what hangs together between two of these.
///
/// Each level of nesting costs a pass over what is nested; convolutional networks have few. Past `deepest` levels the
/// remainder is not taken apart.
struct FlowDecomposition {
  private let before: [[Int]]
  private let behind: [[Int]]
  /// Stands for what leads into boxes that nothing leads into.
  static let start = -1
  /// Stands for what leads out of boxes that nothing leads out of.
  private let end: Int

  private static let deepest = 64

  static func region(of graph: FlowGraph) -> FlowRegion {
    let decomposition = FlowDecomposition(graph)
    return decomposition.series(Array(graph.sizes.indices), from: start, to: decomposition.end, depth: 0)
      ?? .series([])
  }

  private init(_ graph: FlowGraph) {
    let count = graph.sizes.count
    var (before, behind) = ([[Int]](repeating: [], count: count), [[Int]](repeating: [], count: count))
    for way in graph.ways {
      before[way.to].append(way.from)
      behind[way.from].append(way.to)
    }
    end = count
    self.before = before.map { $0.isEmpty ? [Self.start] : $0 }
    self.behind = behind.map { $0.isEmpty ? [count] : $0 }
  }

  private func hasDirectWay(_ from: Int, _ to: Int) -> Bool {
    from == Self.start ? to < end && before[to] == [Self.start] : behind[from].contains(to)
  }

  /// What lies between two boxes, other than a way that leads straight from one to the other; nil for nothing.
  private func series(_ inner: [Int], from: Int, to: Int, depth: Int) -> FlowRegion? {
    guard !inner.isEmpty else { return nil }
    guard depth < Self.deepest else { return .rest(inner) }
    let cuts = cuts(inner, to: to)
    guard !cuts.isEmpty else {
      let components = components(inner)
      return components.count == 1
        ? .rest(inner) : .branches(components.map { series($0, from: from, to: to, depth: depth + 1) })
    }
    var (parts, segment, above): ([FlowRegion], [Int], Int) = ([], [], from)
    var next = cuts.makeIterator()
    var cut = next.next()
    for box in inner {
      guard box == cut else {
        segment.append(box)
        continue
      }
      if let part = between(segment, from: above, to: box, depth: depth) { parts.append(part) }
      parts.append(.box(box))
      (segment, above, cut) = ([], box, next.next())
    }
    if let part = between(segment, from: above, to: to, depth: depth) { parts.append(part) }
    return parts.count == 1 ? parts[0] : .series(parts)
  }

  /// What lies between two boxes that follow one another on every way; nil where that is nothing but a way.
  private func between(_ inner: [Int], from: Int, to: Int, depth: Int) -> FlowRegion? {
    guard !inner.isEmpty else { return nil }
    let branches = components(inner).map { series($0, from: from, to: to, depth: depth + 1) }
    let all = branches + (hasDirectWay(from, to) ? [nil] : [])
    return all.count == 1 ? all[0] : .branches(all)
  }

  /// The boxes that every way passes: nothing behind one of them is reached from before it.
  private func cuts(_ inner: [Int], to: Int) -> [Int] {
    let inside = Set(inner)
    var earliest = inner.first { behind[$0].contains(to) } ?? Int.max
    var cuts: [Int] = []
    for box in inner.reversed() {
      if earliest >= box { cuts.append(box) }
      // The box above lies before all others, whatever its number is.
      for other in before[box] { earliest = min(earliest, inside.contains(other) ? other : Int.min) }
    }
    return cuts.reversed()
  }

  /// Boxes that hang together without the boxes at both ends, in the order of their first.
  private func components(_ inner: [Int]) -> [[Int]] {
    let inside = Set(inner)
    var seen: Set<Int> = []
    return inner.compactMap { first in
      guard seen.insert(first).inserted else { return nil }
      var (component, waiting) = ([first], [first])
      while let box = waiting.popLast() {
        for other in before[box] + behind[box] where inside.contains(other) && seen.insert(other).inserted {
          component.append(other)
          waiting.append(other)
        }
      }
      return component.sorted()
    }
  }
}
