/// Features of many images: one row an image, `[rows][columns]` floats, row-major.
public struct FeatureMatrix: Hashable, Sendable {
  /// Images.
  public let rows: Int
  /// Features of an image.
  public let columns: Int
  /// `[rows][columns]`, row-major.
  public let values: [Float]

  /// - Precondition: as many values as rows and columns make.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "\(rows) rows of \(columns) values, not \(values.count) values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The features of one image.
  public subscript(row: Int) -> ArraySlice<Float> { values[row * columns..<(row + 1) * columns] }

  /// Some of the rows, in the order given.
  public func choosing(_ indices: [Int]) -> FeatureMatrix {
    var chosen: [Float] = []
    chosen.reserveCapacity(indices.count * columns)
    for index in indices { chosen += self[index] }
    return FeatureMatrix(rows: indices.count, columns: columns, values: chosen)
  }
}
