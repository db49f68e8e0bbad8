/// Brings each feature to mean 0 and variance 1, so that one penalty suits all of them.
struct Standardisation: Hashable, Sendable {
  let mean: [Float]
  /// One by the standard deviation; 0 for a feature that is the same everywhere, which then says nothing.
  let factor: [Float]

  init(_ features: FeatureMatrix) {
    var sum = [Double](repeating: 0, count: features.columns)
    var squares = sum
    for row in 0..<features.rows {
      for (column, value) in features[row].enumerated() {
        sum[column] += Double(value)
        squares[column] += Double(value) * Double(value)
      }
    }
    let count = Double(max(features.rows, 1))
    mean = sum.map { Float($0 / count) }
    factor = zip(sum, squares).map { sum, squares in
      let mean = sum / count
      let variance = max(squares / count - mean * mean, 0)
      // Rounding leaves a little variance to a constant.
      return variance > 1e-9 * max(mean * mean, 1e-12) ? Float(1 / variance.squareRoot()) : 0
    }
  }

  func applied(to features: FeatureMatrix) -> FeatureMatrix {
    var values = features.values
    for row in 0..<features.rows {
      let start = row * features.columns
      for column in 0..<features.columns {
        values[start + column] = (values[start + column] - mean[column]) * factor[column]
      }
    }
    return FeatureMatrix(rows: features.rows, columns: features.columns, values: values)
  }

  /// The head that gives for features as they are what `head` gives for standardised ones.
  func unfolded(_ head: LinearHead) -> LinearHead {
    var raw = head
    for output in 0..<head.classCount {
      var shift = 0.0
      for column in 0..<head.featureCount {
        let weight = head.weights[output * head.featureCount + column] * factor[column]
        raw.weights[output * head.featureCount + column] = weight
        shift += Double(weight) * Double(mean[column])
      }
      raw.bias[output] = Float(Double(head.bias[output]) - shift)
    }
    return raw
  }
}
