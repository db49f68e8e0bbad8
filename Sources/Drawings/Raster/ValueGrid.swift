/// Values on a grid that lies over a picture, each with its place.
public struct ValueGrid: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  /// Row-major.
  public let values: [Float]
  /// Where the middle of each row and column lies, as a share of the picture's height and width; ascending.
  private let rowPlaces: [Double]
  private let columnPlaces: [Double]

  /// Cells that share the picture out evenly: the middle of cell i of n is at (i + 1/2) / n.
  ///
  /// - Precondition: the values fill the grid.
  public init(rows: Int, columns: Int, values: [Float]) {
    self.init(values: values, rowPlaces: Self.even(rows), columnPlaces: Self.even(columns))
  }

  /// Cells with places of their own.
  public init(values: [Float], rowPlaces: [Double], columnPlaces: [Double]) {
    precondition(
      !values.isEmpty && values.count == rowPlaces.count * columnPlaces.count, "the values do not fill the grid")
    (rows, columns, self.values) = (rowPlaces.count, columnPlaces.count, values)
    (self.rowPlaces, self.columnPlaces) = (rowPlaces, columnPlaces)
  }

  private static func even(_ count: Int) -> [Double] { (0..<count).map { (Double($0) + 0.5) / Double(count) } }

  /// The values between the cells' middles for a picture of so many pixels, each taken at its own middle: bilinear, as
  /// PyTorch's `interpolate(align_corners=False)`; beyond the last middle a value stays what it is there.
  public func enlarged(width: Int, height: Int) -> [Float] {
    let across = Self.neighbours(columnPlaces, width)
    return Self.neighbours(rowPlaces, height).flatMap { row in
      across.map { column in
        func line(_ index: Int) -> Double {
          let (left, right) = (values[index * columns + column.low], values[index * columns + column.high])
          return Double(left) * (1 - column.share) + Double(right) * column.share
        }
        return Float(line(row.low) * (1 - row.share) + line(row.high) * row.share)
      }
    }
  }

  /// Between which middles each pixel lies, and how far towards the later one.
  private static func neighbours(_ places: [Double], _ extent: Int) -> [(low: Int, high: Int, share: Double)] {
    var high = 0
    return (0..<extent).map { pixel in
      let place = (Double(pixel) + 0.5) / Double(extent)
      while high < places.count, places[high] <= place { high += 1 }
      if high == 0 { return (0, 0, 0) }
      if high == places.count { return (high - 1, high - 1, 0) }
      return (high - 1, high, (place - places[high - 1]) / (places[high] - places[high - 1]))
    }
  }
}
