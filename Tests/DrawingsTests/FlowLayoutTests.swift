import Drawings
import Testing

@Suite("Layout of graphs")
struct FlowLayoutTests {
  /// Ways from lower to higher numbers; each box is reached, and most lead on.
  private static func randomGraph(_ seed: UInt64) -> FlowGraph {
    var random = Random(state: seed)
    let count = 2 + random.next(30)
    var ways: [FlowGraph.Way] = []
    for to in 1..<count {
      // Near ones are frequent, as in networks; far ones make it what is no row and no branch.
      let near = max(0, to - 1 - random.next(3))
      ways.append(.init(from: random.next(4) == 0 ? random.next(to) : near, to: to))
      for _ in 0..<random.next(3) where random.next(3) == 0 { ways.append(.init(from: random.next(to), to: to)) }
    }
    return FlowGraph(
      sizes: (0..<count).map { _ in
        .init(width: Double(16 * (4 + random.next(12))), height: Double(8 * (4 + random.next(6))))
      }, ways: ways)
  }

  @Test("no boxes overlap, no way leads through a box, whatever the graph", arguments: 0..<400)
  func geometry(seed: Int) {
    let graph = Self.randomGraph(UInt64(seed))
    let layout = FlowLayout(graph)
    #expect(FlowGeometry(graph, layout).violations == [])
    #expect(layout == FlowLayout(graph), "equal graphs are laid out equally")
  }

  @Test("boxes in a row stand on one axis, a way past them leads beside them")
  func shortcut() {
    let size = FlowGraph.Size(width: 160, height: 40)
    let graph = FlowGraph(
      sizes: Array(repeating: size, count: 4),
      ways: [.init(from: 0, to: 1), .init(from: 1, to: 2), .init(from: 2, to: 3), .init(from: 0, to: 3)])
    let layout = FlowLayout(graph)
    #expect(Set(layout.corners.map(\.x)).count == 1)
    #expect(layout.routes[0].count == 2, "straight down")
    #expect(layout.routes[3].map(\.x).max()! > layout.corners[0].x + size.width)
  }

  @Test("branches stand side by side at one height, in the order of their first boxes")
  func branches() {
    let size = FlowGraph.Size(width: 160, height: 40)
    let ways = (1...4).flatMap { [FlowGraph.Way(from: 0, to: $0), .init(from: $0, to: 5)] }
    let layout = FlowLayout(FlowGraph(sizes: Array(repeating: size, count: 6), ways: ways))
    #expect(Set(layout.corners[1...4].map(\.y)).count == 1)
    #expect(layout.corners[1...4].map(\.x) == layout.corners[1...4].map(\.x).sorted())
    let axis = layout.corners[0].x
    #expect(layout.corners[5].x == axis)
    #expect((layout.corners[1].x + layout.corners[4].x) / 2 == axis, "the fork is in the middle of them")
  }

  @Test("a row of thousands of boxes is laid out as one of few is")
  func long() {
    let size = FlowGraph.Size(width: 160, height: 40)
    let count = 5_000
    let ways =
      (1..<count).map { FlowGraph.Way(from: $0 - 1, to: $0) }
      + stride(from: 0, to: count - 4, by: 4).map { .init(from: $0, to: $0 + 3) }
    let graph = FlowGraph(sizes: Array(repeating: size, count: count), ways: ways)
    #expect(FlowGeometry(graph, FlowLayout(graph)).violations == [])
  }

  @Test("a graph nested deeper than it is taken apart is laid out, too")
  func deep() {
    let size = FlowGraph.Size(width: 64, height: 32)
    let depth = 150
    let ways =
      (1..<2 * depth).map { FlowGraph.Way(from: $0 - 1, to: $0) }
      + (0..<depth).map { .init(from: $0, to: 2 * depth - 1 - $0) }
    let graph = FlowGraph(sizes: Array(repeating: size, count: 2 * depth), ways: ways)
    #expect(FlowGeometry(graph, FlowLayout(graph)).violations == [])
  }
}

/// Numbers that are the same on each run.
private struct Random {
  var state: UInt64

  /// From 0 to below a bound.
  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return bound == 0 ? 0 : Int((state >> 33) % UInt64(bound))
  }
}

/// What must hold of every layout.
struct FlowGeometry {
  private(set) var violations: [String] = []

  init(_ graph: FlowGraph, _ layout: FlowLayout) {
    let boxes = zip(layout.corners, graph.sizes).map { corner, size in
      Rectangle(left: corner.x, top: corner.y, right: corner.x + size.width, bottom: corner.y + size.height)
    }
    checkBoxes(boxes, layout)
    for (way, route) in zip(graph.ways, layout.routes) { check(way, route, boxes) }
  }

  struct Rectangle {
    let left: Double
    let top: Double
    let right: Double
    let bottom: Double

    func overlaps(_ other: Rectangle) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }

  private mutating func checkBoxes(_ boxes: [Rectangle], _ layout: FlowLayout) {
    let order = boxes.indices.sorted { boxes[$0].top < boxes[$1].top }
    for (place, one) in order.enumerated() {
      for other in order[(place + 1)...] {
        if boxes[other].top >= boxes[one].bottom { break }
        if boxes[one].overlaps(boxes[other]) { violations.append("\(one) and \(other) overlap") }
      }
      let isInside =
        boxes[one].left >= 0 && boxes[one].top >= 0 && boxes[one].right <= layout.width
        && boxes[one].bottom <= layout.height
      if !isInside { violations.append("\(one) lies outside") }
    }
  }

  private mutating func check(_ way: FlowGraph.Way, _ route: [FlowLayout.Point], _ boxes: [Rectangle]) {
    guard let start = route.first, let end = route.last, route.count > 1 else {
      violations.append("\(way) is not drawn")
      return
    }
    let (from, to) = (boxes[way.from], boxes[way.to])
    if start.y != from.bottom || start.x <= from.left || start.x >= from.right { violations.append("\(way) begins") }
    if end.y != to.top || end.x <= to.left || end.x >= to.right { violations.append("\(way) ends elsewhere") }
    for (one, other) in zip(route, route.dropFirst()) {
      if one.x != other.x && one.y != other.y { violations.append("\(way) is slanted") }
      let line = Rectangle(
        left: min(one.x, other.x) - 1, top: min(one.y, other.y), right: max(one.x, other.x) + 1,
        bottom: max(one.y, other.y))
      for (box, place) in boxes.enumerated() where line.overlaps(place) {
        violations.append("\(way) leads through \(box)")
      }
    }
  }
}
