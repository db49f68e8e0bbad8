/// Lays out the regions of a graph: how much room each needs, then where it lies.
struct FlowPlacement {
  /// What a region needs beside its axis, and from its upper to its lower end.
  struct Extent {
    var left: Double
    var right: Double
    var height: Double
  }

  /// A way that has come from a box as far as the end of its last region.
  struct Strand {
    let from: Int
    var points: [FlowLayout.Point]
  }

  static let margin = 24.0
  /// From a box to the next: room for a text beside the way.
  static let gap = 40.0
  /// From a box to the line on which ways part or meet.
  static let stem = 24.0
  /// Between branches.
  static let aisle = 32.0
  /// For a way that passes beside a branch.
  static let lane = 16.0

  let graph: FlowGraph
  let wanted: Set<FlowGraph.Way>
  private(set) var corners: [FlowLayout.Point]
  private(set) var routes: [FlowGraph.Way: [FlowLayout.Point]] = [:]

  init(_ graph: FlowGraph) {
    self.graph = graph
    wanted = Set(graph.ways)
    corners = [FlowLayout.Point](repeating: .init(0, 0), count: graph.sizes.count)
  }

  // MARK: - Room

  /// A region with the room that each of its parts needs, worked out once.
  indirect enum Measured {
    case box(Int, Extent)
    case series([Measured], Extent)
    case branches([Measured?], BranchColumns)
    case rest(FlowRows)

    var extent: Extent {
      switch self {
      case .box(_, let extent), .series(_, let extent): extent
      case .branches(_, let columns): columns.extent
      case .rest(let rows): rows.extent
      }
    }

    fileprivate var isBox: Bool { if case .box = self { true } else { false } }
  }

  func measured(_ region: FlowRegion) -> Measured {
    switch region {
    case .box(let box):
      let size = graph.sizes[box]
      return .box(box, Extent(left: size.width / 2, right: size.width / 2, height: size.height))
    case .series(let parts):
      let parts = parts.map(measured)
      let gaps = zip(parts, parts.dropFirst()).reduce(0) { $0 + gap($1.0, $1.1) }
      return .series(
        parts,
        Extent(
          left: parts.map(\.extent.left).max() ?? 0, right: parts.map(\.extent.right).max() ?? 0,
          height: parts.reduce(gaps) { $0 + $1.extent.height }))
    case .branches(let branches):
      let branches = branches.map { $0.map(measured) }
      return .branches(branches, BranchColumns(branches.map { $0?.extent }))
    case .rest(let boxes): return .rest(FlowRows(boxes, graph))
    }
  }

  /// Branches have room for the lines on which ways part and meet within themselves.
  private func gap(_ above: Measured, _ below: Measured) -> Double {
    above.isBox && below.isBox ? Self.gap : Self.gap - Self.stem
  }

  // MARK: - Places

  /// - Parameters:
  ///   - strands: ways that have come to the region's upper end.
  /// - Returns: ways that go on from its lower end.
  mutating func place(_ region: Measured, axis: Double, top: Double, _ strands: [Strand]) -> [Strand] {
    switch region {
    case .box(let box, _): return place(box: box, axis: axis, top: top, strands)
    case .series(let parts, _): return place(series: parts, axis: axis, top: top, strands)
    case .branches(let branches, let columns):
      return place(branches: branches, columns, axis: axis, top: top, strands)
    case .rest(let rows):
      for (box, corner) in rows.corners(axis: axis, top: top) { corners[box] = corner }
      let routed = rows.routes(axis: axis, top: top, strands)
      for (way, points) in routed.inner { add(points, to: way) }
      return routed.leaving
    }
  }

  private mutating func place(box: Int, axis: Double, top: Double, _ strands: [Strand]) -> [Strand] {
    let size = graph.sizes[box]
    corners[box] = .init(axis - size.width / 2, top)
    for strand in strands { add(strand.points, to: .init(from: strand.from, to: box)) }
    return [Strand(from: box, points: [.init(axis, top + size.height)])]
  }

  private mutating func add(_ points: [FlowLayout.Point], to way: FlowGraph.Way) {
    if wanted.contains(way) { routes[way] = Self.straightened(points) }
  }

  private mutating func place(
    series parts: [Measured], axis: Double, top: Double, _ strands: [Strand]
  ) -> [Strand] {
    var (strands, y, above): ([Strand], Double, Measured?) = (strands, top, nil)
    for part in parts {
      if let above { y += gap(above, part) }
      strands = strands.map { $0.to(axis, y) }
      strands = place(part, axis: axis, top: y, strands)
      y += part.extent.height
      above = part
    }
    return strands
  }

  private mutating func place(
    branches: [Measured?], _ columns: BranchColumns, axis: Double, top: Double, _ strands: [Strand]
  ) -> [Strand] {
    let (parting, first) = (top + BranchColumns.parting, top + BranchColumns.head)
    let bottom = top + columns.extent.height
    return zip(branches, columns.axes).flatMap { branch, offset -> [Strand] in
      let x = axis + offset
      let entering = strands.map { $0.to(axis, parting).to(x, parting).to(x, first) }
      let leaving = branch.map { place($0, axis: x, top: first, entering) } ?? entering
      return leaving.map { $0.to(x, bottom).to(axis, bottom) }
    }
  }

  /// Without points that lie on the line between their neighbours.
  private static func straightened(_ points: [FlowLayout.Point]) -> [FlowLayout.Point] {
    points.reduce(into: []) { kept, point in
      if kept.last == point { return }
      if kept.count > 1 {
        let (one, other) = (kept[kept.count - 2], kept[kept.count - 1])
        if (one.x == other.x && other.x == point.x) || (one.y == other.y && other.y == point.y) { kept.removeLast() }
      }
      kept.append(point)
    }
  }
}

extension FlowPlacement.Strand {
  func to(_ x: Double, _ y: Double) -> Self {
    Self(from: from, points: points + [.init(x, y)])
  }
}

/// Branches side by side: where their axes lie beside the common one.
struct BranchColumns {
  /// From the upper end to the line on which ways part, and to the first boxes.
  static let parting = FlowPlacement.stem - (FlowPlacement.gap - FlowPlacement.stem)
  static let head = FlowPlacement.stem

  let axes: [Double]
  let extent: FlowPlacement.Extent

  /// - Parameter branches: the room of each; nil for one that is nothing but a way.
  init(_ branches: [FlowPlacement.Extent?]) {
    let height = branches.reduce(0) { max($0, $1?.height ?? 0) } + Self.head + FlowPlacement.stem
    // What is passed by stays on the axis.
    if branches.count == 2, let main = branches[0], branches[1] == nil {
      axes = [0, main.right + FlowPlacement.lane]
      extent = .init(left: main.left, right: main.right + 1.5 * FlowPlacement.lane, height: height)
      return
    }
    var (centres, right): ([Double], Double) = ([], 0)
    for (index, branch) in branches.enumerated() {
      if index > 0 { right += branch == nil ? FlowPlacement.lane : FlowPlacement.aisle }
      centres.append(right + (branch?.left ?? 0))
      right += branch.map { $0.left + $0.right } ?? 0
    }
    let axis = (right / 16).rounded() * 8
    axes = centres.map { $0 - axis }
    extent = .init(left: axis, right: right - axis + FlowPlacement.lane / 2, height: height)
  }
}
