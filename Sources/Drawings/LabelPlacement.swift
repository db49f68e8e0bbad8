/// Puts names beside the circles that they belong to, so that no two names overlap and no name hides the middle of a circle.
struct LabelPlacement {
  struct Circle {
    let x: Double
    let y: Double
    let radius: Double
    let name: String

    /// Around the circle, or around its middle.
    fileprivate func square(upTo limit: Double) -> Box {
      let half = min(radius, limit)
      return Box(left: x - half, top: y - half, width: 2 * half, height: 2 * half)
    }
  }

  struct Box: Hashable {
    let left: Double
    let top: Double
    let width: Double
    let height: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.left + other.width && other.left < left + width && top < other.top + other.height
        && other.top < top + height
    }

    fileprivate func isWithin(_ other: Box) -> Bool {
      left >= other.left && left + width <= other.left + other.width && top >= other.top
        && top + height <= other.top + other.height
    }
  }

  static let size = 12.0
  private static let height = 14.0

  /// The box of each circle's name; nil where there is no room for it.
  ///
  /// - Parameter bounds: within which names have to stay.
  static func boxes(_ circles: [Circle], within bounds: Box) -> [Box?] {
    var placed = [Box?](repeating: nil, count: circles.count)
    // Those at the right first: they have the least choice.
    let order = circles.indices.sorted { (circles[$1].x, circles[$0].y) < (circles[$0].x, circles[$1].y) }
    for index in order {
      let others = circles.indices.filter { $0 != index }.map { circles[$0] }
      let free = candidates(circles[index]).filter { box in
        box.isWithin(bounds) && !placed.contains { $0?.overlaps(box) ?? false }
      }
      // Beside all other circles where that is possible, else over one, but not over its middle.
      placed[index] =
        [Double.infinity, 5].lazy.compactMap { radius in
          free.first { box in !others.contains { $0.square(upTo: radius).overlaps(box) } }
        }.first
    }
    return placed
  }

  /// At the right, the left, above, below, and between; then the same further away, up to where a reader loses track.
  private static func candidates(_ circle: Circle) -> [Box] {
    let width = TextWidth.estimated(circle.name, size: size)
    return [0.0, 4, 8].flatMap { more -> [Box] in
      let (radius, slanted) = (circle.radius + 3 + more, (circle.radius + more) * 0.7071 + 2)
      let (x, y) = (circle.x, circle.y)
      let (level, middle) = (y - height / 2, x - width / 2)
      return [
        (x + radius, level), (x - radius - width, level), (middle, y - radius - height), (middle, y + radius),
        (x + slanted, y - slanted - height), (x - slanted - width, y - slanted - height), (x + slanted, y + slanted),
        (x - slanted - width, y + slanted),
      ].map { Box(left: $0.0, top: $0.1, width: width, height: height) }
    }
  }
}
