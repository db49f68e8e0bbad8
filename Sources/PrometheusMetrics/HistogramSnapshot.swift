/// Observations counted by size.
public struct HistogramSnapshot: Sendable, Hashable {
  /// Upper bounds of the buckets, ascending; the last bucket, which takes all the rest, has none.
  public let bounds: [Double]
  /// Observations in each bucket alone, one more than there are bounds.
  public private(set) var counts: [Int]
  public private(set) var sum: Double

  public init(bounds: [Double]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "a histogram's bounds ascend")
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
    sum = 0
  }

  public var count: Int { counts.reduce(0, +) }

  /// A value equal to a bound belongs below it: `le` means "less or equal".
  public mutating func observe(_ value: Double, times: Int = 1) {
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += times
    sum += value * Double(times)
  }
}
