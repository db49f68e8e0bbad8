/// Values with a place each: rows of one length, from the top.
public struct SpatialMap: Hashable, Sendable {
  public let height: Int
  public let width: Int
  /// Row-major.
  public let values: [Float]

  /// - Precondition: the values fill the rows.
  public init(height: Int, width: Int, values: [Float]) {
    precondition(values.count == height * width, "the values do not fill the map")
    (self.height, self.width, self.values) = (height, width, values)
  }

  public subscript(row: Int, column: Int) -> Float { values[row * width + column] }

  public var minimum: Float { values.min() ?? 0 }
  public var maximum: Float { values.max() ?? 0 }

  /// In double precision, so that the sum of many values does not depend on which come first.
  public var mean: Float { Float(values.reduce(0.0) { $0 + Double($1) } / Double(max(values.count, 1))) }
}

extension SpatialMap: Encodable {
  /// The rows.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for row in 0..<height { try container.encode(Array(values[row * width..<(row + 1) * width])) }
  }
}

extension SpatialMap {
  /// The maps of a layer's channels, from its values `[C][H][W]`.
  static func channels(of values: [Float], height: Int, width: Int) -> [SpatialMap] {
    let area = height * width
    return stride(from: 0, to: values.count, by: area).map {
      SpatialMap(height: height, width: width, values: Array(values[$0..<$0 + area]))
    }
  }
}
