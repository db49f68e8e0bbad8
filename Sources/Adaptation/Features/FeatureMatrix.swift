/// Features of many images: one row an image, `[rows][columns]` floats, row-major.
public struct FeatureMatrix: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  public private(set) var values: [Float]

  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "\(rows) rows of \(columns) values, not \(values.count) values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  public subscript(row: Int) -> ArraySlice<Float> { values[row * columns..<(row + 1) * columns] }

  /// Some of the rows, in the order given.
  public func choosing(_ indices: [Int]) -> FeatureMatrix {
    var chosen: [Float] = []
    chosen.reserveCapacity(indices.count * columns)
    for index in indices { chosen += self[index] }
    return FeatureMatrix(rows: indices.count, columns: columns, values: chosen)
  }

  /// These rows, and behind them the others'.
  public func appending(_ other: FeatureMatrix) -> FeatureMatrix {
    precondition(columns == other.columns, "rows of another length")
    return FeatureMatrix(rows: rows + other.rows, columns: columns, values: values + other.values)
  }

  /// Each row through a function of its values and its place.
  func mapRows(_ transform: (_ row: inout ArraySlice<Float>) -> Void) -> FeatureMatrix {
    var copy = self
    for row in 0..<rows {
      var slice = copy.values[row * columns..<(row + 1) * columns]
      transform(&slice)
      copy.values.replaceSubrange(row * columns..<(row + 1) * columns, with: slice)
    }
    return copy
  }
}
