import Foundation
import ImageInput
import InferenceRuntime
import TestSupport
import Testing

@testable import Adaptation

@Suite struct AuditMakingTests {
  @Test("a folder with planted faults is told of, file by file")
  func planted() throws {
    let photos = try PhotoFolder()
    try photos.add("chelsea.jpg", as: "cats/chelsea.jpg")
    try photos.add("chelsea-margins.jpg", as: "cats/cropped.jpg")
    try photos.add("chelsea.jpg", as: "cups/wrong.jpg")
    try photos.add("coffee.jpg", as: "cups/coffee.jpg")
    try photos.add("coffee.jpg", as: "cups/copy.jpg")
    try photos.write([], to: "cups/empty.jpg")
    let audit = try photos.audit()
    #expect(audit.unreadable == ["cups/empty.jpg"])
    #expect(audit.duplicates == [["cats/chelsea.jpg", "cups/wrong.jpg"], ["cups/coffee.jpg", "cups/copy.jpg"]])
    #expect(audit.contradictions == [["cats/chelsea.jpg", "cups/wrong.jpg"]])
    #expect(audit.nearDuplicates == [["cats/chelsea.jpg", "cats/cropped.jpg", "cups/wrong.jpg"]])
    // Of the cups one is empty and one a copy.
    #expect(
      audit.smallClasses == [
        DataAudit.SmallClass(name: "cats", images: 2), DataAudit.SmallClass(name: "cups", images: 2),
      ])
    #expect(audit.findings.isEmpty)
  }

  @Test("groups join equal bytes and near-duplicates across both; each has the number of its first image")
  func groupNumbers() {
    let hashes: [String?] = ["a", "b", "a", "c", nil, nil, "d", "b"]
    let facts = hashes.map { PhotoFacts(contentHash: $0, bytes: nil, picture: nil, problem: nil) }
    #expect(
      DataAudit.groupNumbers(facts: facts, nearDuplicates: [[2, 3], [6, 7]]) == [0, 1, 0, 0, 4, 5, 1, 1])
    #expect(DataAudit.groupNumbers(facts: [], nearDuplicates: []) == [])
  }

  @Test(
    "classes are small below thirty images that can be read and differ",
    arguments: [(29, ["few"]), (30, []), (9, ["few"])] as [(Int, [String])])
  func smallClasses(count: Int, expected: [String]) {
    let picture = AuditFixtures.facts(AuditFixtures.grey(width: 40, height: 40) { x, y in x * y % 255 }).picture
    var facts = (0..<count).map { PhotoFacts(contentHash: "\($0)", bytes: 1, picture: picture, problem: nil) }
    facts += [facts[0], PhotoFacts(contentHash: "x", bytes: 0, picture: nil, problem: "the file is empty")]
    let audit = DataAudit(
      facts: facts, files: facts.indices.map { "\($0)" }, labels: facts.map { _ in 0 }, classes: ["few"],
      nearDuplicates: [])
    #expect(audit.smallClasses.map(\.name) == expected)
    #expect(audit.smallClasses.allSatisfy { $0.images == count })
  }

  @Test("findings come by kind, the worst first")
  func order() {
    let light = [0.01, 0.05, 0.02].map { Light(brightness: $0, contrast: 0.03, shadows: 0, highlights: 0.1) }
    let thumbnail = AuditFixtures.facts(AuditFixtures.grey(width: 4, height: 4) { x, _ in x }).picture!.thumbnail
    let facts = light.enumerated().map { index, light in
      PhotoFacts(
        contentHash: "\(index)", bytes: 1,
        picture: PhotoFacts.Picture(
          width: 400 + 100 * index, height: 100, light: light, sharpness: 500, thumbnail: thumbnail),
        problem: nil)
    }
    let audit = DataAudit(
      facts: facts, files: ["a", "b", "c"], labels: [0, 0, 0], classes: ["all"], nearDuplicates: [])
    #expect(
      audit.findings.map { "\($0.kind.rawValue) \($0.file)" } == [
        "dark a", "dark c", "dark b", "elongated c", "elongated b", "elongated a",
      ])
  }

  @Test("the text names each kind once, the gravest first, and no more files than asked for")
  func lines() {
    var audit = DataAudit()
    #expect(audit.lines().isEmpty)
    audit.unreadable = (0..<15).map { "f\($0)" }
    audit.unreadableReasons = Dictionary(uniqueKeysWithValues: audit.unreadable.map { ($0, "the file is empty") })
    audit.suspectLabels = [DataAudit.SuspectLabel(file: "a", label: "cat", suggested: "dog", confidence: 0.917)]
    audit.nearDuplicates = [["b", "c"]]
    audit.smallClasses = [DataAudit.SmallClass(name: "few", images: 1), DataAudit.SmallClass(name: "some", images: 12)]
    audit.findings = [
      DataAudit.Finding(kind: .dark, file: "d", value: 0.052),
      DataAudit.Finding(kind: .elongated, file: "e", value: 4.26),
    ]
    #expect(
      audit.lines(limit: 3) == [
        "15 files cannot be read:", "  f0: the file is empty", "  f1: the file is empty", "  f2: the file is empty",
        "  and 12 more",
        "1 label may be wrong:", "  a: labelled cat, looks like dog (92 %)",
        "1 group of pictures that are nearly the same, kept on one side of every split:", "  b, c",
        "too few images to learn from (at least 10, better 30 or more):", "  few: 1 image",
        "few images (30 or more would say more):", "  some: 12 images",
        "1 file is very dark:", "  d: mean brightness 5 %",
        "1 file is long and narrow, so that most of the picture is cut off:", "  e: 4.3 times as long as wide",
      ])
  }

  @Test("names cannot begin a line of their own, or move a terminal's cursor")
  func controls() {
    var audit = DataAudit()
    audit.duplicates = [["a\nb", "c\u{1B}[2Jd\u{202E}"]]
    #expect(audit.lines().last == "  a\u{FFFD}b, c\u{FFFD}[2Jd\u{FFFD}")
  }

  @Test("an audit survives JSON")
  func coding() throws {
    let photos = try PhotoFolder()
    try photos.add("coffee.jpg")
    try photos.write([1, 2, 3], to: "photos/bad.png")
    let audit = try photos.audit()
    #expect(try JSONDecoder().decode(DataAudit.self, from: JSONEncoder().encode(audit)) == audit)
  }
}
