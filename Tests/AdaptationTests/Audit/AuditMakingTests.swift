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
    #expect(audit.duplicates == [["cups/coffee.jpg", "cups/copy.jpg"]])
    #expect(audit.contradictions == [["cats/chelsea.jpg", "cups/wrong.jpg"]])
    #expect(audit.contradictionLabels == [["cats", "cups"]])
    #expect(audit.leaks.isEmpty)
    #expect(audit.nearDuplicates == [["cats/chelsea.jpg", "cats/cropped.jpg", "cups/wrong.jpg"]])
    // What lies in both classes counts in neither; of the other cups one is empty and one a copy.
    #expect(
      audit.smallClasses == [
        DataAudit.SmallClass(name: "cats", images: 1), DataAudit.SmallClass(name: "cups", images: 1),
      ])
    #expect(audit.findings.isEmpty)
    let problem =
      #"the class "cats" has only one image that can be read, is no copy of another and lies in no other class too; at least 3 "#
      + "are needed"
    #expect(audit.problem == problem)
    #expect(audit.lines().starts(with: ["adapt cannot use these photos:", "  " + problem]))
  }

  @Test("parts that are set apart are looked at too, and what lies in several of them is told of")
  func leaks() throws {
    let photos = try PhotoFolder()
    try photos.add("chelsea.jpg", as: "train/cats/chelsea.jpg")
    try photos.add("coffee.jpg", as: "train/cups/coffee.jpg")
    try photos.add("coffee.jpg", as: "train/cups/again.jpg")
    try photos.add("chelsea-margins.jpg", as: "test/cats/chelsea.jpg")
    try photos.add("coffee.jpg", as: "val/cups/coffee.jpg")
    try photos.write([], to: "test/cups/empty.jpg")
    let audit = try photos.audit()
    #expect(
      audit.leaks == [
        ["train/cats/chelsea.jpg", "test/cats/chelsea.jpg"],
        ["train/cups/again.jpg", "train/cups/coffee.jpg", "val/cups/coffee.jpg"],
      ])
    #expect(audit.unreadable == ["test/cups/empty.jpg"])
    #expect(audit.contradictions.isEmpty)
    // Few as they are.
    let lines = audit.lines().dropFirst(2)
    #expect(lines.first?.hasPrefix("2 groups of pictures that are the same, or nearly so, in parts") == true)
    #expect(lines.dropFirst().first == "  train/cats/chelsea.jpg, test/cats/chelsea.jpg")
  }

  @Test("files that cannot be read are no copies, and contradict nobody")
  func emptyFiles() throws {
    let photos = try PhotoFolder()
    for path in ["cats/1.jpg", "cats/2.jpg", "cups/1.jpg"] { try photos.write([], to: path) }
    let audit = try photos.audit()
    #expect(audit.unreadable.count == 3)
    #expect(audit.duplicates.isEmpty && audit.contradictions.isEmpty && audit.leaks.isEmpty)
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
    (audit.contradictions, audit.contradictionLabels) = ([["1.jpg", "2.jpg"]], [["cat", "dog"]])
    audit.leaks = [["train/x", "test/x"]]
    audit.smallClasses = [DataAudit.SmallClass(name: "few", images: 1), DataAudit.SmallClass(name: "some", images: 12)]
    audit.findings = [
      DataAudit.Finding(kind: .dark, file: "d", value: 0.052),
      DataAudit.Finding(kind: .elongated, file: "e", value: 4.26),
    ]
    #expect(
      audit.lines(limit: 3) == [
        "1 group of pictures that are the same, or nearly so, in parts that were set apart, so that a test asks for what was "
          + "learned (adapt learns from none that is tested with):", "  train/x, test/x",
        "15 files cannot be read:", "  f0: the file is empty", "  f1: the file is empty", "  f2: the file is empty",
        "  and 12 more",
        "1 group of equal files in different classes, so that at least one label is wrong; all of them are left out:",
        "  1.jpg (cat), 2.jpg (dog)",
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
