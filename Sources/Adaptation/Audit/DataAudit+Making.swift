public import InferenceRuntime
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
  public init(
    facts: [PhotoFacts], files: [String], labels: [Int], classes: [String], nearDuplicates: [[Int]]
  ) {
    precondition(facts.count == files.count && facts.count == labels.count, "one file and one label an image")
    self.init()
    for (index, fact) in facts.enumerated() {
      guard let problem = fact.problem else { continue }
      unreadable.append(files[index])
      unreadableReasons[files[index]] = problem
    }
    let equal = EqualContents(facts).groups
    duplicates = equal.map { $0.map { files[$0] } }
    contradictions = equal.filter { Set($0.map { labels[$0] }).count > 1 }.map { $0.map { files[$0] } }
    self.nearDuplicates = nearDuplicates.map { $0.map { files[$0] } }
    smallClasses = Self.smallClasses(facts, labels: labels, classes: classes)
    findings = Self.findings(facts, files: files)
  }

  /// For each image the number of its group, which is the index of the group's first image: byte-equal images and
  /// near-duplicates are of one group. Images of one group belong on one side of every split.
  public static func groupNumbers(facts: [PhotoFacts], nearDuplicates: [[Int]]) -> [Int] {
    var contents = EqualContents(facts)
    for group in nearDuplicates { contents.join(group.dropFirst().map { (group[0], $0) }) }
    return contents.numbers
  }

  /// Of images that can be read, each content counted once in a class; the smallest first.
  private static func smallClasses(_ facts: [PhotoFacts], labels: [Int], classes: [String]) -> [SmallClass] {
    var contents = [Set<String>](repeating: [], count: classes.count)
    for (fact, label) in zip(facts, labels) {
      if fact.picture != nil, let hash = fact.contentHash { contents[label].insert(hash) }
    }
    return contents.indices.filter { contents[$0].count < smallClass }
      .sorted { (contents[$0].count, $0) < (contents[$1].count, $1) }
      .map { SmallClass(name: classes[$0], images: contents[$0].count) }
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
  /// Looks at all images of a set, and compares them.
  ///
  /// - Returns: nothing where it was stopped.
  public init?(of photos: any DataSet, pool: WorkerPool, isStopping: @Sendable () -> Bool = { false }) {
    guard let facts = PhotoFacts.gather(photos, pool: pool, isStopping: isStopping),
      let nearDuplicates = NearDuplicates.find(facts, pool: pool, isStopping: isStopping)
    else { return nil }
    self.init(
      facts: facts, files: (0..<photos.count).map { photos.path($0) },
      labels: (0..<photos.count).map { photos.label($0) },
      classes: photos.classNames, nearDuplicates: nearDuplicates)
  }
}
