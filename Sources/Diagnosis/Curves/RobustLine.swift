/// A straight line through values at 0, 1, 2, ..., which single outliers do not move: Theil, 1950; Sen, 1968.
struct RobustLine: Hashable, Sendable {
  /// Change from one value to the next: the median over all pairs.
  let slope: Double
  /// How sure the slope is: what least squares would give for residuals of that spread, a quarter more for the median.
  let slopeError: Double
  /// Standard deviation of the residuals, by their median.
  let spread: Double
  private let count: Int

  /// - Precondition: two values at least, all finite.
  init(_ values: [Double]) {
    precondition(values.count > 1, "a line goes through two points")
    let slope = Self.slope(values)
    let offset = Statistics.median(values.indices.map { values[$0] - slope * Double($0) })
    spread =
      Statistics.deviationOverMedian
      * Statistics.median(values.indices.map { abs(values[$0] - slope * Double($0) - offset) })
    let n = Double(values.count)
    slopeError = 1.25 * spread * (12 / (n * (n * n - 1))).squareRoot()
    self.slope = slope
    count = values.count
  }

  /// From the first value to the last, along the line.
  var change: Double { slope * Double(count - 1) }

  /// Whether the line rises or falls by more than its residuals would have it do by chance.
  var isSloped: Bool { abs(slope) > 3 * slopeError }

  private static func slope(_ values: [Double]) -> Double {
    var slopes: [Double] = []
    for first in values.indices {
      for second in values.indices.dropFirst(first + 1) {
        slopes.append((values[second] - values[first]) / Double(second - first))
      }
    }
    return Statistics.median(slopes)
  }
}

/// Figures that outliers do not move.
enum Statistics {
  /// Standard deviation of normal values over the median of their distances from the middle.
  static let deviationOverMedian = 1.4826

  /// - Precondition: one value at least.
  static func median(_ values: some Collection<Double>) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// Each value as the median of itself and its neighbours. The ends stay as they are.
  static func smoothed(_ values: [Double]) -> [Double] {
    values.indices.map { index in
      index > 0 && index < values.count - 1 ? median(values[index - 1...index + 1]) : values[index]
    }
  }

  /// Standard deviation of the noise on a smooth curve: of the second differences, whose variance is six times as large.
  ///
  /// - Returns: 0 for fewer than four values.
  static func noise(_ values: [Double]) -> Double {
    guard values.count > 3 else { return 0 }
    let steps = zip(values.dropFirst(), values).map { $0 - $1 }
    let bends = zip(steps.dropFirst(), steps).map { abs($0 - $1) }
    return deviationOverMedian * median(bends) / 6.0.squareRoot()
  }
}
