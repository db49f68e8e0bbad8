/// Boxes that are neither in a row nor side by side: in rows, each box below all that leads to it (by the longest way).
///
/// Ways to the next row bend between the rows. Longer ones go down in lanes at the right of all boxes, one lane for each
/// box that they come from.
struct FlowRows {
  private static let slot = 8.0

  private let graph: FlowGraph
  /// Row 0 is the upper end; the last is the lower end.
  private let rowOf: [Int: Int]
  private let rows: [[Int]]
  private let centres: [Int: Double]
  private let laneOf: [Int: Int]
  private let halfWidth: Double
  private let gaps: [Gap]
  let extent: FlowPlacement.Extent

  /// Between two rows: the levels on which ways run.
  private struct Gap {
    var sources: [Int] = []
    var targets: [Int] = []
    var start = 0.0
    var height = 0.0

    func level(source: Int) -> Double? { sources.firstIndex(of: source).map { start + Double($0) * FlowRows.slot } }

    func level(target: Int) -> Double? {
      targets.firstIndex(of: target).map { start + Double(sources.count + $0) * FlowRows.slot }
    }
  }

  /// Stands for whatever box the ways at the upper end come from, and for the one that those at the lower end lead to.
  private static let above = -1
  private static let below = -2

  private let ways: [FlowGraph.Way]

  init(_ boxes: [Int], _ graph: FlowGraph) {
    self.graph = graph
    let inside = Set(boxes)
    var (ways, rowOf): ([FlowGraph.Way], [Int: Int]) = ([], [:])
    for box in boxes { rowOf[box] = 1 }
    for way in graph.ways where inside.contains(way.from) || inside.contains(way.to) {
      let (from, to) = (
        inside.contains(way.from) ? way.from : Self.above, inside.contains(way.to) ? way.to : Self.below
      )
      ways.append(.init(from: from, to: to))
    }
    ways.sort { ($0.to, $0.from) < ($1.to, $1.from) }
    for way in ways where way.from >= 0 && way.to >= 0 {
      rowOf[way.to] = max(rowOf[way.to]!, rowOf[way.from]! + 1)
    }
    let last = (rowOf.values.max() ?? 0) + 1
    (rowOf[Self.above], rowOf[Self.below]) = (0, last)
    self.ways = ways
    self.rowOf = rowOf
    var rows = [[Int]](repeating: [], count: last + 1)
    for box in boxes { rows[rowOf[box]!].append(box) }
    self.rows = rows
    (centres, halfWidth) = Self.centres(rows, graph)
    let lanes = Self.lanes(ways, rowOf)
    laneOf = lanes.of
    gaps = Self.gaps(ways, rowOf, centres, rows)
    extent = .init(
      left: halfWidth, right: halfWidth + FlowPlacement.lane * (Double(lanes.count) + (lanes.count > 0 ? 0.5 : 0)),
      height: rows.reduce(0) { $0 + Self.height($1, graph) } + gaps.reduce(0) { $0 + $1.height })
  }

  private static func height(_ row: [Int], _ graph: FlowGraph) -> Double {
    row.reduce(0) { max($0, graph.sizes[$1].height) }
  }

  private static func centres(_ rows: [[Int]], _ graph: FlowGraph) -> ([Int: Double], halfWidth: Double) {
    var (centres, widest): ([Int: Double], Double) = ([above: 0, below: 0], 0)
    for row in rows {
      let width = row.reduce(FlowPlacement.aisle * Double(max(row.count - 1, 0))) { $0 + graph.sizes[$1].width }
      var x = -(width / 16).rounded() * 8
      widest = max(widest, width / 2 + 8)
      for box in row {
        centres[box] = x + graph.sizes[box].width / 2
        x += graph.sizes[box].width + FlowPlacement.aisle
      }
    }
    return (centres, (widest / 8).rounded(.up) * 8)
  }

  /// The lane of each box that leads further than to the next row; a lane is used again once it is free.
  private static func lanes(_ ways: [FlowGraph.Way], _ rowOf: [Int: Int]) -> (of: [Int: Int], count: Int) {
    var ends: [Int: Int] = [:]
    for way in ways where rowOf[way.to]! > rowOf[way.from]! + 1 {
      ends[way.from] = max(ends[way.from] ?? 0, rowOf[way.to]!)
    }
    var (of, free): ([Int: Int], [Int]) = ([:], [])
    for box in ends.keys.sorted(by: { (rowOf[$0]!, $0) < (rowOf[$1]!, $1) }) {
      let lane = free.firstIndex { $0 <= rowOf[box]! } ?? free.count
      if lane == free.count { free.append(0) }
      free[lane] = ends[box]!
      of[box] = lane
    }
    return (of, free.count)
  }

  private static func gaps(
    _ ways: [FlowGraph.Way], _ rowOf: [Int: Int], _ centres: [Int: Double], _ rows: [[Int]]
  ) -> [Gap] {
    var gaps = [Gap](repeating: Gap(), count: rows.count - 1)
    for way in ways {
      let (from, to) = (rowOf[way.from]!, rowOf[way.to]!)
      let isStraight = to == from + 1 && centres[way.from] == centres[way.to]
      if !isStraight, gaps[from].sources.last != way.from, !gaps[from].sources.contains(way.from) {
        gaps[from].sources.append(way.from)
      }
      if to > from + 1, gaps[to - 1].targets.last != way.to { gaps[to - 1].targets.append(way.to) }
    }
    for index in gaps.indices {
      gaps[index].start = index == 0 ? BranchColumns.parting : FlowPlacement.stem
      let slots = Double(gaps[index].sources.count + gaps[index].targets.count)
      gaps[index].height = gaps[index].start + (slots == 0 ? 16 : 8 * slots + 8)
    }
    return gaps
  }

  // MARK: - Places

  /// The upper end of each row.
  private func tops(from top: Double) -> [Double] {
    var (tops, y): ([Double], Double) = ([], top)
    for (index, row) in rows.enumerated() {
      tops.append(y)
      y += Self.height(row, graph) + (index < gaps.count ? gaps[index].height : 0)
    }
    return tops
  }

  func corners(axis: Double, top: Double) -> [(box: Int, corner: FlowLayout.Point)] {
    zip(rows, tops(from: top)).flatMap { row, y in
      row.map { ($0, .init(axis + centres[$0]! - graph.sizes[$0].width / 2, y)) }
    }
  }

  /// - Parameter strands: of the box above, if there is one.
  func routes(
    axis: Double, top: Double, _ strands: [FlowPlacement.Strand]
  ) -> (inner: [(FlowGraph.Way, [FlowLayout.Point])], leaving: [FlowPlacement.Strand]) {
    let tops = tops(from: top)
    var (inner, leaving): ([(FlowGraph.Way, [FlowLayout.Point])], [FlowPlacement.Strand]) = ([], [])
    for way in ways {
      let starts =
        way.from == Self.above
        ? strands
        : [
          .init(
            from: way.from,
            points: [
              .init(axis + centres[way.from]!, tops[rowOf[way.from]!] + graph.sizes[way.from].height)
            ])
        ]
      for start in starts {
        let strand = led(start, way, axis: axis, tops)
        if way.to == Self.below {
          leaving.append(strand)
        } else {
          inner.append((.init(from: strand.from, to: way.to), strand.points))
        }
      }
    }
    return (inner, leaving)
  }

  private func led(
    _ strand: FlowPlacement.Strand, _ way: FlowGraph.Way, axis: Double, _ tops: [Double]
  ) -> FlowPlacement.Strand {
    let (from, to) = (rowOf[way.from]!, rowOf[way.to]!)
    let (x, goal) = (axis + centres[way.from]!, axis + centres[way.to]!)
    func start(_ gap: Int) -> Double { tops[gap] + Self.height(rows[gap], graph) }
    guard let level = gaps[from].level(source: way.from), to > from + 1 || x != goal else {
      return strand.to(goal, tops[to])
    }
    let first = start(from) + level
    guard to > from + 1, let lane = laneOf[way.from], let last = gaps[to - 1].level(target: way.to) else {
      return strand.to(x, first).to(goal, first).to(goal, tops[to])
    }
    let side = axis + halfWidth + FlowPlacement.lane * (Double(lane) + 0.5)
    let second = start(to - 1) + last
    return strand.to(x, first).to(side, first).to(side, second).to(goal, second).to(goal, tops[to])
  }
}
