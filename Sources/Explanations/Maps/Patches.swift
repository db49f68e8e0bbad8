/// Squares that cover a picture one after the other, row by row.
public struct Patches: Hashable, Sendable {
  /// Pixels of a side.
  public let side: Int
  /// Pixels from one place to the next; the last place of a row or column lies at the edge, perhaps closer.
  public let stride: Int
  /// First rows of all places.
  public let tops: [Int]
  /// First columns of all places.
  public let lefts: [Int]

  public static let maximumPositions = 1024

  /// - Parameters:
  ///   - side: a seventh of the picture's shorter side where not given.
  ///   - stride: the side where not given: places that touch.
  /// - Throws: `InspectionError`.
  init(side: Int?, stride: Int?, height: Int, width: Int) throws(InspectionError) {
    let shorter = min(height, width)
    let side = side ?? max(shorter / 7, 1)
    guard (1...shorter).contains(side) else { throw .patch(side: side, maximum: shorter) }
    let stride = stride ?? side
    guard (1...side).contains(stride) else { throw .stride(stride, patch: side) }
    let count = Self.count(height, side, stride) * Self.count(width, side, stride)
    guard count <= Self.maximumPositions else {
      throw .tooManyPositions(count: count, maximum: Self.maximumPositions)
    }
    self.side = side
    self.stride = stride
    tops = Self.starts(height, side, stride)
    lefts = Self.starts(width, side, stride)
  }

  private static func count(_ extent: Int, _ side: Int, _ stride: Int) -> Int {
    (extent - side + stride - 1) / stride + 1
  }

  private static func starts(_ extent: Int, _ side: Int, _ stride: Int) -> [Int] {
    (0..<count(extent, side, stride)).map { min($0 * stride, extent - side) }
  }

  /// The picture with one of the places covered.
  ///
  /// - Parameters:
  ///   - values: `[C][height][width]`.
  ///   - fill: the value of each plane under the patch.
  func covering(_ values: [Float], row: Int, column: Int, height: Int, width: Int, fill: [Float]) -> [Float] {
    var covered = values
    for (plane, value) in fill.enumerated() {
      for line in tops[row]..<tops[row] + side {
        let start = (plane * height + line) * width + lefts[column]
        covered.replaceSubrange(start..<start + side, with: repeatElement(value, count: side))
      }
    }
    return covered
  }
}
