/// The class whose mean is nearest, as a head: `|x - m|^2` differs between classes by `-2 m x + |m|^2` alone.
enum NearestMean {
  /// - Parameter features: standardised, at least one row.
  static func fit(_ features: FeatureMatrix, labels: [Int], classCount: Int) -> LinearHead {
    let columns = features.columns
    var sums = [Double](repeating: 0, count: classCount * columns)
    var counts = [Int](repeating: 0, count: classCount)
    for row in 0..<features.rows {
      counts[labels[row]] += 1
      for (column, value) in features[row].enumerated() { sums[labels[row] * columns + column] += Double(value) }
    }
    var head = LinearHead(classCount: classCount, featureCount: columns)
    for output in 0..<classCount {
      var square = 0.0
      for column in 0..<columns {
        let mean = sums[output * columns + column] / Double(max(counts[output], 1))
        // In units of the feature count, so that logits stay small whatever the length of the features.
        head.weights[output * columns + column] = Float(mean / Double(columns))
        square += mean * mean
      }
      // A class that was never seen is never the nearest.
      head.bias[output] = counts[output] > 0 ? Float(-square / 2 / Double(columns)) : -1e6
    }
    return head
  }
}
