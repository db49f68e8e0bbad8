/// Variance of the Laplacian: Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study"
/// (ICPR 2000).
enum Sharpness {
  /// Parts along each side.
  private static let parts = 4

  /// The variance in the part where it is greatest: a bird before a background out of focus is a sharp picture.
  static func ofSharpestPart(_ luma: Plane) -> Double {
    let (rows, columns) = (luma.height - 2, luma.width - 2)
    guard rows >= parts, columns >= parts else { return variance(luma, rows: 0..<max(rows, 0), 0..<max(columns, 0)) }
    var greatest = 0.0
    for row in 0..<parts {
      for column in 0..<parts {
        greatest = max(
          greatest,
          variance(
            luma, rows: rows * row / parts..<rows * (row + 1) / parts,
            columns * column / parts..<columns * (column + 1) / parts))
      }
    }
    return greatest
  }

  /// Of the samples within the border, which are counted from 0.
  private static func variance(_ luma: Plane, rows: Range<Int>, _ columns: Range<Int>) -> Double {
    guard !rows.isEmpty, !columns.isEmpty else { return 0 }
    var (sum, squares) = (0.0, 0.0)
    luma.samples.withUnsafeBufferPointer { samples in
      for row in rows {
        for column in columns {
          let place = (row + 1) * luma.width + column + 1
          let laplacian = Double(
            samples[place - 1] + samples[place + 1] + samples[place - luma.width] + samples[place + luma.width]
              - 4 * samples[place])
          sum += laplacian
          squares += laplacian * laplacian
        }
      }
    }
    let count = Double(rows.count * columns.count)
    return max(squares / count - (sum / count) * (sum / count), 0)
  }
}
