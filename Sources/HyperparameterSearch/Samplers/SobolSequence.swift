/// A sequence of points that fills the unit cube evenly, in up to 21 dimensions.
///
/// Sobol, 1967, in the order of Antonov and Saleev, 1979, with the direction numbers of Joe and Kuo, Constructing Sobol Sequences
/// with Better Two-Dimensional Projections, 2008 (`new-joe-kuo-6.21201`).
public struct SobolSequence: Sendable {
  public static let mostDimensions = 21

  /// For each dimension, the number that is flipped in with each bit: 32 of them.
  private let directions: [[UInt32]]

  /// - Precondition: from 1 to `mostDimensions` dimensions.
  public init(dimensions: Int) {
    precondition((1...Self.mostDimensions).contains(dimensions), "there are direction numbers for 21 dimensions")
    directions = [Self.firstDimension] + Self.table.prefix(dimensions - 1).map(Self.directions)
  }

  /// A point, each coordinate as a share of 2^32; the first is the origin.
  public func point(_ index: Int) -> [UInt32] {
    let gray = index ^ (index >> 1)
    return directions.map { numbers in
      (0..<32).reduce(0) { value, bit in gray >> bit & 1 == 1 ? value ^ numbers[bit] : value }
    }
  }

  private static let firstDimension = (0..<32).map { 1 << UInt32(31 - $0) as UInt32 }

  /// The recurrence of section 2 of the paper.
  private static func directions(_ row: (polynomial: UInt32, initial: [UInt32])) -> [UInt32] {
    let degree = row.initial.count
    var numbers = row.initial.enumerated().map { index, initial in initial << UInt32(31 - index) }
    for index in degree..<32 {
      var number = numbers[index - degree] ^ (numbers[index - degree] >> UInt32(degree))
      for term in 1..<max(degree, 1) where row.polynomial >> UInt32(degree - term) & 1 == 1 {
        number ^= numbers[index - term]
      }
      numbers.append(number)
    }
    return numbers
  }

  /// From the second dimension on: the primitive polynomial with its first and last coefficients, and the first numbers.
  private static let table: [(polynomial: UInt32, initial: [UInt32])] = [
    (3, [1]), (7, [1, 3]), (11, [1, 3, 1]), (13, [1, 1, 1]), (19, [1, 1, 3, 3]), (25, [1, 3, 5, 13]),
    (37, [1, 1, 5, 5, 17]), (41, [1, 1, 5, 5, 5]), (47, [1, 1, 7, 11, 19]), (55, [1, 1, 5, 1, 1]),
    (59, [1, 1, 1, 3, 11]), (61, [1, 3, 5, 5, 31]), (67, [1, 3, 3, 9, 7, 49]), (91, [1, 1, 1, 15, 21, 21]),
    (97, [1, 3, 1, 13, 27, 49]), (103, [1, 1, 1, 15, 7, 5]), (109, [1, 3, 1, 15, 13, 25]),
    (115, [1, 1, 5, 5, 19, 61]), (131, [1, 3, 7, 11, 23, 15, 103]), (137, [1, 3, 7, 13, 13, 15, 69]),
  ]
}
