/// Linear least squares with six unknowns, as sums over the samples.
struct NormalEquations {
  private static let unknowns = 6
  /// Row `k` of the matrix in the first six lanes, and the right side in the seventh.
  private var rows: (Row, Row, Row, Row, Row, Row) = (.zero, .zero, .zero, .zero, .zero, .zero)
  /// Added to the diagonal.
  private var damping = [Double](repeating: 1e-6, count: 6)

  typealias Row = SIMD8<Float>

  /// - Parameter sample: six factors, the target, and 0.
  @inline(__always)
  mutating func add(_ sample: Row) {
    rows.0 += sample * sample[0]
    rows.1 += sample * sample[1]
    rows.2 += sample * sample[2]
    rows.3 += sample * sample[3]
    rows.4 += sample * sample[4]
    rows.5 += sample * sample[5]
  }

  /// Adds a little to the diagonal of the first four, so that steps stay small where a picture has few edges (Levenberg,
  /// 1944).
  mutating func damp() {
    let trace = Double(rows.0[0] + rows.1[1] + rows.2[2] + rows.3[3])
    for index in 0..<4 { damping[index] += 1e-3 * trace / 4 }
  }

  /// By Cholesky's decomposition; nothing where the matrix is not positive.
  func solved() -> [Double]? {
    let rows = [rows.0, rows.1, rows.2, rows.3, rows.4, rows.5]
    let count = Self.unknowns
    var lower = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0...row {
        var sum = Double(rows[row][column]) + (row == column ? damping[row] : 0)
        for index in 0..<column { sum -= lower[row * count + index] * lower[column * count + index] }
        if row == column {
          guard sum > 1e-9 else { return nil }
          lower[row * count + row] = sum.squareRoot()
        } else {
          lower[row * count + column] = sum / lower[column * count + column]
        }
      }
    }
    return Self.substituted(lower, rows.map { Double($0[6]) })
  }

  /// Forwards through the lower triangle, and backwards through its transpose.
  private static func substituted(_ lower: [Double], _ right: [Double]) -> [Double] {
    let count = unknowns
    var solution = right
    for row in 0..<count {
      for column in 0..<row { solution[row] -= lower[row * count + column] * solution[column] }
      solution[row] /= lower[row * count + row]
    }
    for row in (0..<count).reversed() {
      for column in row + 1..<max(count, row + 1) { solution[row] -= lower[column * count + row] * solution[column] }
      solution[row] /= lower[row * count + row]
    }
    return solution
  }
}
