import ModelServing

/// How much a class's probability falls where part of the picture is covered: Zeiler and Fergus, Visualizing and
/// Understanding Convolutional Networks, 2014, section 4.2.
struct Occlusion {
  /// Pictures that are run together.
  static let batch = 8

  let patches: Patches
  /// Of the network's input.
  let height: Int
  let width: Int

  /// The class's probability for the whole picture less that for the covered one, a value for each place of the patch. Where
  /// covering helps the class it is below zero.
  ///
  /// - Parameters:
  ///   - values: `[C][height][width]`. Under the patch lies the mean of each plane.
  ///   - run: the logits of some pictures.
  func map(
    _ values: [Float], of explained: ExplainedClass, run: ([[Float]]) async throws -> [[Float]]
  ) async rethrows -> SpatialMap {
    let area = height * width
    let fill = stride(from: 0, to: values.count, by: area).map { first in
      Float(values[first..<first + area].reduce(0.0) { $0 + Double($1) } / Double(area))
    }
    let (rows, columns) = (patches.tops.count, patches.lefts.count)
    var drops: [Float] = []
    drops.reserveCapacity(rows * columns)
    for first in stride(from: 0, to: rows * columns, by: Self.batch) {
      let places = first..<min(first + Self.batch, rows * columns)
      let covered = places.map { place in
        patches.covering(
          values, row: place / columns, column: place % columns, height: height, width: width, fill: fill)
      }
      drops += try await run(covered).map { explained.probability - Ranking.softmax($0)[explained.index] }
    }
    return SpatialMap(height: rows, width: columns, values: drops)
  }
}
