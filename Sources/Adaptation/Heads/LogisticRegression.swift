import COpenBLAS
import Glibc

/// Multinomial logistic regression: the mean cross-entropy and half the penalty times the squares of the weights, the bias
/// spared, minimised by L-BFGS.
struct LogisticRegression {
  /// Standardised.
  let features: FeatureMatrix
  /// One a row.
  let labels: [Int]
  let classCount: Int

  /// - Parameter start: a head to begin with, such as that of the next larger penalty.
  func fit(penalty: Double, start: LinearHead? = nil) -> LinearHead {
    let columns = features.columns
    let count = classCount * columns
    let first = start ?? LinearHead(classCount: classCount, featureCount: columns)
    var products = [Float](repeating: 0, count: features.rows * classCount)
    let place = LimitedMemoryBFGS().minimise(from: first.weights + first.bias) { place, gradient in
      value(place, penalty: penalty, &products, &gradient)
    }
    return LinearHead(
      classCount: classCount, featureCount: columns, weights: Array(place[..<count]), bias: Array(place[count...]))
  }

  /// - Parameters:
  ///   - place: weights `[classes][features]`, then biases.
  ///   - products: memory for `[rows][classes]`: logits, then what each of them adds to the gradient.
  private func value(
    _ place: [Float], penalty: Double, _ products: inout [Float], _ gradient: inout [Float]
  ) -> Double {
    let (rows, columns, classes) = (features.rows, features.columns, classCount)
    let weightCount = classes * columns
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(classes), blasint(columns), 1, features.values,
      blasint(columns), place, blasint(columns), 0, &products, blasint(classes))
    var biasGradient = [Double](repeating: 0, count: classes)
    var loss = 0.0
    for row in 0..<rows { loss += lossOfRow(row, bias: place[weightCount...], &products, &biasGradient) }
    let scale = Float(1 / Double(rows))
    cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, blasint(classes), blasint(columns), blasint(rows), scale, products,
      blasint(classes), features.values, blasint(columns), 0, &gradient, blasint(columns))
    var squares = 0.0
    for index in 0..<weightCount {
      squares += Double(place[index]) * Double(place[index])
      gradient[index] += Float(penalty) * place[index]
    }
    for output in 0..<classes { gradient[weightCount + output] = Float(biasGradient[output] / Double(rows)) }
    return loss / Double(rows) + penalty / 2 * squares
  }

  /// Turns a row's products into probabilities less the target.
  private func lossOfRow(
    _ row: Int, bias: ArraySlice<Float>, _ products: inout [Float], _ biasGradient: inout [Double]
  ) -> Double {
    let start = row * classCount
    var largest = -Float.infinity
    for output in 0..<classCount {
      products[start + output] += bias[bias.startIndex + output]
      largest = max(largest, products[start + output])
    }
    let own = Double(products[start + labels[row]] - largest)
    var sum = 0.0
    for output in 0..<classCount {
      let exponential = expf(products[start + output] - largest)
      products[start + output] = exponential
      sum += Double(exponential)
    }
    for output in 0..<classCount {
      products[start + output] = Float(Double(products[start + output]) / sum) - (output == labels[row] ? 1 : 0)
      biasGradient[output] += Double(products[start + output])
    }
    return log(sum) - own
  }
}
