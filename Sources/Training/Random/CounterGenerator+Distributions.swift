import Glibc

extension CounterGenerator {
  /// A number in `[0, 1)`, one of 2^53 equally likely ones.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in `[0, 1)`, one of 2^24 equally likely ones.
  public mutating func uniformFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number between the bounds, uniformly distributed.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A whole number from 0 to `bound - 1`, all equally likely: Lemire, Fast Random Integer Generation in an Interval,
  /// 2019, algorithm 5.
  ///
  /// - Precondition: `bound` is at least 1.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "there is no number below \(bound)")
    let bound = UInt64(bound)
    var product = bound.multipliedFullWidth(by: next())
    if product.low < bound {
      let rejected = (0 &- bound) % bound
      while product.low < rejected { product = bound.multipliedFullWidth(by: next()) }
    }
    return Int(product.high)
  }

  /// `true` with the given probability, 0 to 1.
  public mutating func bool(probability: Double) -> Bool { uniform() < probability }

  /// A number from the normal distribution of mean 0 and variance 1: Box and Muller, A Note on the Generation of
  /// Random Normal Deviates, 1958. Two uniform numbers give two normal ones.
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    // In `(0, 1]`, of which there is a logarithm.
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareNormal = radius * sin(angle)
    return radius * cos(angle)
  }

  /// The numbers from 0 to `count - 1` in random order, all orders equally likely: the algorithm of Fisher and Yates.
  ///
  /// The standard library's `shuffled` is not used, because another version of it may use the generator differently.
  ///
  /// - Complexity: O(`count`).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, integer(below: last + 1)) }
    return order
  }
}
