import Testing

@testable import ModelServing

/// What is to be done about what a repository holds, as a table. Versions are written with the files that they have:
/// `"2a"` is version 2 with the files `a`.
@Suite("Model actions")
struct ModelActionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let repository: [String]
    var served: String?
    var failed: [String] = []
    var pinned: Int?
    var isUnloaded = false
    var retries = false
    let expected: [ModelAction]

    init(
      _ description: String, _ repository: [String], served: String? = nil, failed: [String] = [], pinned: Int? = nil,
      isUnloaded: Bool = false, retries: Bool = false, _ expected: [ModelAction]
    ) {
      testDescription = description
      self.repository = repository
      self.served = served
      self.failed = failed
      self.pinned = pinned
      self.isUnloaded = isUnloaded
      self.retries = retries
      self.expected = expected
    }

    var record: ModelRecord {
      ModelRecord(
        served: served.map { .init(version: version($0), fingerprint: files($0)) },
        failures: Dictionary(
          uniqueKeysWithValues: failed.map { (version($0), .init(fingerprint: files($0), reason: "broken")) }),
        pinnedVersion: pinned, isUnloaded: isUnloaded)
    }

    var contents: RepositoryContents {
      RepositoryContents(["m": Dictionary(uniqueKeysWithValues: repository.map { (version($0), files($0)) })])
    }
  }

  static let table: [Case] = [
    Case("a new model: its versions, the highest first", ["1a", "10a", "9a"], [.load("m", versions: [10, 9, 1])]),
    Case("nothing has changed", ["1a", "2a"], served: "2a", []),
    Case("a new version is tried, and no lower one", ["1a", "2a", "3a"], served: "2a", [.load("m", versions: [3])]),
    Case(
      "several new versions, down to the one that is served", ["1a", "2a", "3a", "4a"], served: "2a",
      [.load("m", versions: [4, 3])]),
    Case("a new version below the one that is served", ["1a", "2a"], served: "2a", []),
    Case("other files in the version that is served", ["1a", "2b"], served: "2a", [.load("m", versions: [2])]),
    Case("other files, and a new version", ["2b", "3a"], served: "2a", [.load("m", versions: [3, 2])]),
    Case("the version that is served is gone", ["1a"], served: "2a", [.load("m", versions: [1])]),
    Case("the model is gone", [], served: "2a", [.remove("m")]),
    Case("the model is gone, and was unloaded", [], isUnloaded: true, [.remove("m")]),
    Case("a version that failed is left alone", ["1a", "2a"], served: "1a", failed: ["2a"], []),
    Case(
      "a version that failed has other files now", ["1a", "2b"], served: "1a", failed: ["2a"],
      [.load("m", versions: [2])]),
    Case(
      "a version that failed is tried again where asked", ["1a", "2a"], served: "1a", failed: ["2a"], retries: true,
      [.load("m", versions: [2])]),
    Case("all failed, and one has other files now", ["1b", "2a"], failed: ["1a", "2a"], [.load("m", versions: [1])]),
    Case("all failed", ["1a", "2a"], failed: ["1a", "2a"], []),
    Case("other files of what is served failed already", ["1a", "2b"], served: "2a", failed: ["2b"], []),
    Case("a pinned version stays under a higher one", ["1a", "2a"], served: "1a", pinned: 1, []),
    Case("a pinned version is what is loaded", ["1a", "2a"], served: "2a", pinned: 1, [.load("m", versions: [1])]),
    Case("a pinned version has other files now", ["1b", "2a"], served: "1a", pinned: 1, [.load("m", versions: [1])]),
    Case(
      "a pinned version is gone", ["2a", "3a"], served: "1a", pinned: 1,
      [.unpin("m", version: 1), .load("m", versions: [3, 2])]),
    Case("an unloaded model stays so", ["1a", "2a"], isUnloaded: true, retries: true, []),
  ]

  @Test("what is done follows from what is there, what is served and what failed", arguments: table)
  func actions(_ example: Case) {
    let actions = ModelAction.actions(
      for: example.contents, records: ["m": example.record], retriesFailures: example.retries)
    #expect(actions == example.expected)
  }

  @Test("models are dealt with by name, whether they are new, known or gone")
  func order() {
    let contents = RepositoryContents(["b": [1: files("1a")], "c": [1: files("1a")], "empty": [:]])
    let served = ModelRecord(served: .init(version: 1, fingerprint: files("1a")))
    let actions = ModelAction.actions(for: contents, records: ["a": served, "c": served], retriesFailures: false)
    #expect(actions == [.remove("a"), .load("b", versions: [1])])
  }
}

private func version(_ text: String) -> Int { Int(text.dropLast())! }

private func files(_ text: String) -> VersionFingerprint {
  VersionFingerprint(files: ["model.json": .init(inode: UInt64(text.last!.asciiValue!), size: 1, modified: 1)])
}
