public import InferenceRuntime
import ModelServing
public import Training

extension DataAudit {
  /// Fewer images of a class than this can hardly be learned from, nor judged by.
  static let smallestClass = 10
  /// Fewer than this leave nothing for a test set that says anything.
  static let smallClass = 30

  /// Puts together what single images and their comparison tell. Suspect labels come later, when there are predictions.
  ///
  /// - Parameters:
  ///   - facts: one an image.
  ///   - files: names, one an image.
  ///   - labels: indices of classes, one an image.
  ///   - nearDuplicates: as `NearDuplicates.find` gives them.
  ///   - parts: what the data themselves say that each image is for, as numbers; nothing where they have one part.
  public init(
    facts: [PhotoFacts], files: [String], labels: [Int], classes: [String], nearDuplicates: [[Int]],
    parts: [Int]? = nil
  ) {
    precondition(facts.count == files.count && facts.count == labels.count, "one file and one label an image")
    self.init()
    for (index, fact) in facts.enumerated() {
      guard let problem = fact.problem else { continue }
      unreadable.append(files[index])
      unreadableReasons[files[index]] = problem
    }
    let contents = EqualContents(facts)
    // Files that cannot be read, empty ones among them, are equal to no purpose.
    let equal = contents.groups.filter { facts[$0[0]].picture != nil }
    let contradicting = equal.filter { Set($0.map { labels[$0] }).count > 1 }
    func named(_ groups: [[Int]]) -> [[String]] { groups.map { $0.map { files[$0] } } }
    duplicates = named(equal.filter { Set($0.map { labels[$0] }).count == 1 })
    contradictions = named(contradicting)
    contradictionLabels = contradicting.map { $0.map { classes[labels[$0]] } }
    if let parts { leaks = named(Self.leaks(contents, nearDuplicates, facts, parts)) }
    self.nearDuplicates = named(nearDuplicates)
    let usable = UsablePhotos.places(facts, labels: labels, parts: parts)
    problem = PhotoMinimum.problem(usable: usable, facts, files: files, labels: labels, classes: classes)?.description
    smallClasses = Self.smallClasses(usable, labels: labels, classes: classes)
    findings = Self.findings(facts, files: files)
  }

  /// Groups of equal and nearly equal pictures that lie in more than one part.
  private static func leaks(
    _ contents: EqualContents, _ nearDuplicates: [[Int]], _ facts: [PhotoFacts], _ parts: [Int]
  ) -> [[Int]] {
    var alike = contents
    for group in nearDuplicates { alike.join(group.dropFirst().map { (group[0], $0) }) }
    return alike.groups.filter { group in
      facts[group[0]].picture != nil && Set(group.map { parts[$0] }).count > 1
    }
  }

  /// Of images that are used; the smallest first.
  private static func smallClasses(_ usable: [Int], labels: [Int], classes: [String]) -> [SmallClass] {
    let counts = PhotoMinimum.counts(of: usable, labels: labels, classCount: classes.count)
    return counts.indices.filter { counts[$0] < smallClass }
      .sorted { (counts[$0], $0) < (counts[$1], $1) }
      .map { SmallClass(name: classes[$0], images: counts[$0]) }
  }

  /// By kind, the worst first.
  private static func findings(_ facts: [PhotoFacts], files: [String]) -> [Finding] {
    let sides = facts.compactMap { $0.picture?.shorterSide }.sorted()
    guard !sides.isEmpty else { return [] }
    let usualSide = sides[sides.count / 2]
    var found: [(index: Int, finding: Finding)] = []
    for (index, fact) in facts.enumerated() {
      guard let picture = fact.picture else { continue }
      for finding in FindingRules.findings(picture, usualSide: usualSide) {
        found.append((index, Finding(kind: finding.kind, file: files[index], value: finding.value)))
      }
    }
    return Finding.Kind.allCases.flatMap { kind in
      found.filter { $0.finding.kind == kind }.sorted {
        (-FindingRules.severity($0.finding), $0.index) < (-FindingRules.severity($1.finding), $1.index)
      }.map(\.finding)
    }
  }
}

extension DataAudit {
  /// Looks at all images, those set apart for validation and test too, and compares them.
  ///
  /// - Returns: nothing where it was stopped.
  public init?(of source: DataSource, pool: WorkerPool, isStopping: @Sendable () -> Bool = { false }) {
    let photos = AdaptationPhotos(source)
    guard let facts = PhotoFacts.gather(photos.dataSet, pool: pool, isStopping: isStopping),
      let nearDuplicates = NearDuplicates.find(facts, pool: pool, isStopping: isStopping)
    else { return nil }
    self.init(
      facts: facts, files: photos.files, labels: photos.labels, classes: photos.dataSet.classes.map(\.name),
      nearDuplicates: nearDuplicates, parts: photos.parts)
  }
}
