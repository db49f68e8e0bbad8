/// The strip below a plot, for circles that have a place along it but none upwards: as many lanes, one below the other, as
/// it takes for each name to stand beside its circle.
struct BubbleStrip {
  struct Circle {
    /// Two may have one name.
    let index: Int
    let name: String
    let x: Double
    let radius: Double
  }

  /// 0 where there are no circles.
  let height: Double
  private let places: [Int: Double]

  private static let titleHeight = 24.0
  /// Between neighbours in a lane.
  private static let gap = 12.0

  /// - Parameter right: beyond which no name reaches.
  init(_ circles: [Circle], right: Double) {
    var lanes: [[ClosedRange<Double>]] = []
    var laneOf: [Int: Int] = [:]
    let extents = circles.map { (index: $0.index, range: Self.extent($0, right: right)) }
    for (index, range) in extents.sorted(by: { ($0.range.lowerBound, $0.index) < ($1.range.lowerBound, $1.index) }) {
      let free = lanes.firstIndex { lane in !lane.contains { $0.overlaps(range) } } ?? lanes.count
      if free == lanes.count { lanes.append([]) }
      lanes[free].append(range)
      laneOf[index] = free
    }
    let laneHeight = max(24, 2 * (circles.map(\.radius).max() ?? 0) + 8)
    height = circles.isEmpty ? 0 : Self.titleHeight + Double(lanes.count) * laneHeight + 8
    places = laneOf.mapValues { Self.titleHeight + (Double($0) + 0.5) * laneHeight }
  }

  /// How far below the strip's upper edge a circle's middle lies.
  func y(of index: Int) -> Double { places[index] ?? 0 }

  /// The circle with its name at its right, or at its left where there is no room.
  private static func extent(_ circle: Circle, right: Double) -> ClosedRange<Double> {
    let (low, high) = (circle.x - circle.radius, circle.x + circle.radius)
    let name = 3 + TextWidth.estimated(circle.name, size: LabelPlacement.size) + gap
    return high + name - gap <= right ? low...(high + name) : (low - name)...high
  }
}
