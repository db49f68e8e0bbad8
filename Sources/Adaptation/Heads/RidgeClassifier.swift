import COpenBLAS

/// Least squares with a penalty, one class against the rest (targets 1 and -1), in closed form: Hoerl and Kennard, Ridge
/// Regression, 1970. The penalty spares the bias.
enum RidgeClassifier {
  /// Solves the smaller of two equal systems: `(X^T X + n p I) w = X^T y`, or `w = X^T (X X^T + n p I)^-1 y`.
  ///
  /// - Parameters:
  ///   - features: standardised, so that each column's mean is 0 and the bias is the targets' mean.
  ///   - penalty: above 0, of the mean squared error.
  static func fit(_ features: FeatureMatrix, labels: [Int], classCount: Int, penalty: Double) -> LinearHead {
    let (rows, columns) = (features.rows, features.columns)
    let means = (0..<classCount).map { output in
      labels.reduce(0) { $0 + ($1 == output ? 1.0 : -1.0) } / Double(max(rows, 1))
    }
    // Column-major for LAPACK: one column a class.
    var targets = [Double](repeating: 0, count: rows * classCount)
    for output in 0..<classCount {
      for row in 0..<rows { targets[output * rows + row] = (labels[row] == output ? 1 : -1) - means[output] }
    }
    let values = features.values.map(Double.init)
    let weights =
      rows < columns
      ? dual(values, targets, rows, columns, classCount, penalty * Double(rows))
      : primal(values, targets, rows, columns, classCount, penalty * Double(rows))
    return LinearHead(
      classCount: classCount, featureCount: columns, weights: weights.map(Float.init), bias: means.map(Float.init))
  }

  private static func primal(
    _ values: [Double], _ targets: [Double], _ rows: Int, _ columns: Int, _ classes: Int, _ penalty: Double
  ) -> [Double] {
    var gram = [Double](repeating: 0, count: columns * columns)
    cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, blasint(columns), blasint(columns), blasint(rows), 1, values,
      blasint(columns), values, blasint(columns), 0, &gram, blasint(columns))
    // [classes][columns] row-major is [columns][classes] column-major.
    var solution = [Double](repeating: 0, count: classes * columns)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(classes), blasint(columns), blasint(rows), 1, targets,
      blasint(rows), values, blasint(columns), 0, &solution, blasint(columns))
    solve(&gram, order: columns, penalty, &solution, classes)
    return solution
  }

  private static func dual(
    _ values: [Double], _ targets: [Double], _ rows: Int, _ columns: Int, _ classes: Int, _ penalty: Double
  ) -> [Double] {
    var gram = [Double](repeating: 0, count: rows * rows)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(rows), blasint(columns), 1, values,
      blasint(columns), values, blasint(columns), 0, &gram, blasint(rows))
    var coefficients = targets
    solve(&gram, order: rows, penalty, &coefficients, classes)
    var weights = [Double](repeating: 0, count: classes * columns)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(classes), blasint(columns), blasint(rows), 1, coefficients,
      blasint(rows), values, blasint(columns), 0, &weights, blasint(columns))
    return weights
  }

  private static func solve(
    _ matrix: inout [Double], order: Int, _ penalty: Double, _ solution: inout [Double], _ classes: Int
  ) {
    for index in 0..<order { matrix[index * order + index] += penalty }
    var size = Int32(order)
    var count = Int32(classes)
    var status: Int32 = 0
    dposv_("L", &size, &count, &matrix, &size, &solution, &size, &status)
    precondition(status == 0, "a penalty above 0 makes the matrix positive definite")
  }
}
