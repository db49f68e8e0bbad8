import ModelServing
import Training

/// The photos of a run: all parts of the data in one set, and what the data themselves say about their use.
struct AdaptationPhotos: Sendable {
  let dataSet: JoinedDataSet
  /// The data's own validation and test images; empty where they set none apart.
  let givenValidation: Range<Int>
  let givenTest: Range<Int>
  /// What is named in reports in the place of whole paths: the part behind the folder that all of them share.
  let files: [String]

  init(_ source: DataSource) {
    let sets = [source.training, source.validation, source.test].compactMap { $0 }
    let joined = JoinedDataSet(sets)
    dataSet = joined
    var ranges = (1..<sets.count).map(joined.range).makeIterator()
    givenValidation = source.validation == nil ? 0..<0 : ranges.next()!
    givenTest = source.test == nil ? 0..<0 : ranges.next()!
    files = Self.withoutCommonFolder((0..<joined.count).map(joined.identifier))
  }

  /// Paths without the folders that all of them begin with.
  private static func withoutCommonFolder(_ paths: [String]) -> [String] {
    guard var common = paths.first.map({ $0.split(separator: "/", omittingEmptySubsequences: false).dropLast() }) else {
      return []
    }
    for path in paths {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      common = common.prefix(zip(common, parts).prefix { $0 == $1 }.count)
    }
    return paths.map { $0.split(separator: "/", omittingEmptySubsequences: false).dropFirst(common.count).joined(separator: "/") }
  }

  var labels: [Int] { (0..<dataSet.count).map(dataSet.label) }

  /// Whether the data set test images apart.
  var hasGivenSplit: Bool { !givenTest.isEmpty }
}
