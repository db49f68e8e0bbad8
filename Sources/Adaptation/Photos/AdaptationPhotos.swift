import ModelServing
import Training

/// The photos of a run: all parts of the data in one set, and what the data themselves say about their use.
struct AdaptationPhotos: Sendable {
  let dataSet: JoinedDataSet
  /// The data's own validation and test images; empty where they set none apart.
  let givenValidation: Range<Int>
  let givenTest: Range<Int>
  /// What the data themselves say that each image is for: 0 to learn from, 1 to choose by, 2 to test with. Nothing where they
  /// have one part.
  let parts: [Int]?
  /// What is named in reports in the place of whole paths: the part behind the data's folder.
  let files: [String]

  init(_ source: DataSource) {
    let sets = [source.training, source.validation, source.test].compactMap { $0 }
    let joined = JoinedDataSet(sets)
    dataSet = joined
    var ranges = (1..<sets.count).map(joined.range).makeIterator()
    givenValidation = source.validation == nil ? 0..<0 : ranges.next()!
    givenTest = source.test == nil ? 0..<0 : ranges.next()!
    let (validation, test) = (givenValidation, givenTest)
    parts =
      sets.count == 1 ? nil : (0..<joined.count).map { test.contains($0) ? 2 : validation.contains($0) ? 1 : 0 }
    files = Self.names(joined, parts: sets.count, areFolders: source.kind == .classFolders)
  }

  /// Paths below the data's folder: with the part's name before them where parts are folders, and where two parts have a file
  /// of the same name.
  private static func names(_ dataSet: JoinedDataSet, parts: Int, areFolders: Bool) -> [String] {
    let paths = (0..<dataSet.count).map(dataSet.path)
    guard parts > 1, areFolders || Set(paths).count < paths.count else { return paths }
    return (0..<parts).flatMap { part in
      dataSet.range(ofPart: part).map { "\(dataSet.name(ofPart: part))/\(paths[$0])" }
    }
  }

  /// Images of each class, in all parts.
  var classCounts: [Int] {
    PhotoMinimum.counts(of: 0..<dataSet.count, labels: labels, classCount: dataSet.classes.count)
  }

  var labels: [Int] { (0..<dataSet.count).map(dataSet.label) }

  /// Whether the data set test images apart.
  var hasGivenSplit: Bool { !givenTest.isEmpty }
}
