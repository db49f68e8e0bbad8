/// How sure an accuracy is.
enum AccuracyInterval {
  /// The 95 % interval of a share: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927.
  ///
  /// Holds its promise for small counts and for shares near 0 and 1, where the usual `p +- 1.96 s` does not (Brown, Cai and
  /// DasGupta, Interval Estimation for a Binomial Proportion, 2001).
  ///
  /// - Parameters:
  ///   - share: of the images that are right.
  ///   - count: of images that are independent of one another: near-duplicates are one.
  static func wilson(share: Double, count: Int) -> [Double] {
    guard count > 0 else { return [0, 1] }
    let (quantile, count) = (1.959963984540054, Double(count))
    let square = quantile * quantile / count
    let centre = (share + square / 2) / (1 + square)
    let half = quantile / (1 + square) * (share * (1 - share) / count + square / (4 * count)).squareRoot()
    return [max(0, centre - half), min(1, centre + half)]
  }
}
