import Archives
import Foundation
import ModelServing
import TestSupport
import Testing
import Training

@testable import Adaptation

@Suite struct PhotoSourceTests {
  private let folder: TemporaryFolder
  /// Where archives are unpacked.
  private let work: URL

  init() throws {
    folder = try TemporaryFolder()
    work = folder.url.appendingPathComponent("work")
  }

  /// Made by Tests/Goldens/archives/make_archives.py.
  private static func archive(_ name: String) -> URL {
    Checkout.root.appendingPathComponent("Tests/Goldens/archives/\(name)")
  }

  private func open(_ location: URL) throws -> DataSource { try PhotoSource.open(location, unpackingInto: work) }

  /// What is wrong, the folder's own path shortened.
  private func refusal(_ location: URL) -> String? {
    do {
      _ = try open(location)
      return nil
    } catch {
      return "\(error)".replacing(location.path, with: "IT").replacing(folder.url.path, with: "DIR")
    }
  }

  private func left() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: work.path)) ?? [] }

  @Test("a folder, a list and an archive of the same photos give the same data")
  func same() throws {
    let names = ["cats", "dogs"].flatMap { name in (1...3).map { (name, "photos/\(name)/\($0).jpg") } }
    for (_, file) in names { try folder.write("x", to: file) }
    try folder.write("path,label\n" + names.map { "\($1),\($0)\n" }.joined(), to: "list.csv")
    for location in [
      folder.url.appendingPathComponent("photos"), folder.url.appendingPathComponent("list.csv"),
      Self.archive("two-classes.zip"), Self.archive("two-classes.tar.gz"),
    ] {
      let training = try open(location).training
      #expect(training.classNames == ["cats", "dogs"], "\(location.path)")
      #expect(training.classCounts == [3, 3])
      #expect((0..<6).map(training.label) == [0, 0, 0, 1, 1, 1])
    }
  }

  @Test("an archive is told by its content, whatever its name is")
  func name() throws {
    try folder.copy(Self.archive("two-classes.zip"), to: "photos.csv")
    #expect(try open(folder.url.appendingPathComponent("photos.csv")).kind == .classFolders)
  }

  @Test("what was left out is named, and so it is when the archive is opened again")
  func leftOut() throws {
    for _ in 0..<2 {
      let ignored = try open(Self.archive("two-classes.zip")).ignoredFiles
      #expect(ignored.count == 2)
      #expect(ignored[0] == "cats/notes.txt: its name is no image's")
      #expect(ignored[1] == "more.zip: an archive within the archive, which is not unpacked")
    }
  }

  @Test("what got another name is named, as another file had that name")
  func renamed() throws {
    let source = try open(Self.archive("same-names.zip"))
    #expect(source.renamedFiles == ["cats/1.jpg: another file has that name, so it is kept as 1~2.jpg"])
    #expect(source.ignoredFiles == [] && source.training.count == 7)
  }

  @Test("parts count together: a class needs three photos, whatever they are for")
  func parts() throws {
    for (part, numbers) in [("train", 1...2), ("test", 3...3)] {
      for number in numbers {
        for name in ["cats", "dogs"] { try folder.write("x", to: "apart/\(part)/\(name)/\(number).jpg") }
      }
    }
    let apart = folder.url.appendingPathComponent("apart")
    #expect(try open(apart).test?.count == 2)
    try FileManager.default.removeItem(at: apart.appendingPathComponent("test/dogs"))
    #expect(refusal(apart)?.hasPrefix("IT: the class \"dogs\" has 2 images; at least 3 are needed") == true)
  }

  @Test("what is wrong with an archive is told by its name, not by where it was unpacked")
  func archivePaths() throws {
    let message = try #require(refusal(Self.archive("unknown-class.zip")))
    #expect(message.hasPrefix("IT/test/mice"), "\(message)")
    #expect(!message.contains(work.path))
  }

  @Test("an archive is unpacked once, and what a killed process left is cleared away")
  func again() throws {
    let first = try open(Self.archive("two-classes.zip")).training
    let done = try #require(left().first)
    let marker = work.appendingPathComponent(done).appendingPathComponent("files/photos/cats/4.jpg")
    try Data("x".utf8).write(to: marker)
    #expect(try open(Self.archive("two-classes.zip")).training.count == first.count + 1)
    // As if it had been killed before it was complete.
    try FileManager.default.moveItem(
      at: work.appendingPathComponent(done), to: work.appendingPathComponent(done + ".partial"))
    #expect(try open(Self.archive("two-classes.zip")).training.fingerprint() == first.fingerprint())
    #expect(left() == [done])
  }

  @Test("classes of any name fit on a line of labels.txt")
  func classNames() throws {
    #expect(
      try open(Self.archive("class-names.zip")).training.classNames
        == ["<script>alert(1)<\u{2044}script>", "caf\u{E9}"])
    #expect(
      refusal(Self.archive("class-controls.zip"))
        == "IT: \"c_a_t/1.jpg\" lies in a folder whose name has a line break or another control character (shown as _): rename "
        + "the folder")
    for name in ["a\u{85}b", "a\u{2028}b", "a\nb", "a\u{7F}b"] {
      let bad = try TemporaryFolder()
      for file in (1...3).flatMap({ ["x/\($0).jpg", "\(name)/\($0).jpg"] }) { try bad.write("x", to: file) }
      let message = try #require(refusal(bad.url))
      #expect(
        message.contains(#"the class "a\"#) && message.contains(#"b" cannot stand on a line of labels.txt"#)
          && message.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(message)")
    }
  }

  @Test(
    "archives without two classes of three images are refused",
    arguments: [
      ("one-class.zip", "IT has one class only (cats); at least two are needed to tell them apart"),
      (
        "no-classes.zip",
        "IT has no class folders: it holds 2 files, among them 1.jpg, 2.jpg, and no folders. "
          + "Accepted: \(PhotoSourceError.accepted)"
      ),
      (
        "no-images.zip",
        "IT: the class \"cats\" has no images; at least 3 are needed, to learn from, to choose by and to be judged by"
      ),
      (
        "lone-image.zip",
        "IT: the class \"dogs\" has one image; at least 3 are needed, to learn from, to choose by and to be judged by"
      ),
      (
        "two-images.zip",
        "IT: the class \"dogs\" has 2 images; at least 3 are needed, to learn from, to choose by and to be judged by"
      ),
      ("encrypted.zip", "IT: the archive is encrypted (photos/cats/1.jpg); make one without a password"),
      ("class-of-dots.zip", "IT: the archive holds \"../1.jpg\", whose path leads out of it; no name may be \"..\""),
      ("make_archives.py", "IT is neither an archive nor a CSV file. Accepted: \(PhotoSourceError.accepted)"),
      ("none.zip", "there is nothing at IT. Accepted: \(PhotoSourceError.accepted)"),
    ])
  func refused(_ name: String, _ text: String) { #expect(refusal(Self.archive(name)) == text) }

  @Test("nothing is left of an archive that was not unpacked")
  func nothingLeft() {
    for name in ["encrypted.zip", "class-of-dots.zip", "wrong-checksum.zip"] {
      _ = refusal(Self.archive(name))
      #expect(left() == [])
    }
  }

  @Test("whoever does not want it any more gets no photos, and nothing is left")
  func stopped() {
    #expect(throws: PhotoSourceError.stopped) {
      try PhotoSource.open(Self.archive("two-classes.zip"), unpackingInto: work, isStopping: { true })
    }
    #expect(left() == [])
  }

  @Test("a folder without classes, and an empty one")
  func folders() throws {
    let empty = folder.url.appendingPathComponent("empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    #expect(refusal(empty) == "IT has no class folders: the folder is empty. Accepted: \(PhotoSourceError.accepted)")
    try folder.write("x", to: "single/cats/1.jpg")
    #expect(
      refusal(folder.url.appendingPathComponent("single"))
        == "IT has one class only (cats); at least two are needed to tell them apart")
  }

  @Test("a list that names files which are not there is refused with the first of them and their number")
  func missing() throws {
    for name in ["1", "2"] { try folder.write("x", to: "\(name).jpg") }
    let rows = (1...7).map { "\($0).jpg,\($0 % 2 == 0 ? "even" : "odd"),\($0 == 7 ? "test" : "train")\n" }
    try folder.write(rows.joined(), to: "list.csv")
    #expect(
      refusal(folder.url.appendingPathComponent("list.csv"))
        == "IT: 5 of its 7 images are not there: DIR/3.jpg (IT, line 3), DIR/4.jpg (IT, line 4), "
        + "DIR/5.jpg (IT, line 5) and 2 more")
  }
}
