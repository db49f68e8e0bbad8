import Foundation
import Testing

@testable import Archives

@Suite struct EntryNameTests {
  @Test(
    "names are made safe and stay readable",
    arguments: [
      ("dos-names.zip", ["käse/Übung.jpg": "1", "käse/2.jpg": "2"]), ("latin-1.tar", ["käse/1.jpg": "1"]),
      ("backslashes.zip", ["photos/cats/1.jpg": "1", "photos/dogs/1.jpg": "2"]),
      ("backslashes.tar", ["cats/a_b.jpg": "1"]),
      ("absolute.zip", ["cats/1.jpg": "1", "cats/2.jpg": "2", "server/dogs/1.jpg": "3"]),
      ("controls.zip", ["cats/_gpj.1__.jpg": "1", "cats/_/1.jpg": "2"]), ("nul.zip", ["cats/1.jpg": "1"]),
      ("normalisation.zip", ["caf\u{E9}/1.jpg": "1", "caf\u{E9}/1~2.jpg": "2", "caf\u{E9}/2.jpg": "3"]),
      ("cases.zip", ["A/1.jpg": "1", "a/1.jpg": "2", "a/1.JPG": "3"]),
      ("duplicates.tar", ["cats/1.jpg": "1", "cats/1~2.jpg": "22", "cats/1~3.jpg": "333", "cats/1~2~2.jpg": "4444"]),
      ("left-behind.zip", ["photos/cats/1.jpg": "1", "photos/dogs/1.jpg": "4"]),
      ("flagged-no-utf-8.zip", ["cats/1.jpg": "2"]),
    ])
  func names(_ name: String, _ files: [String: String]) throws {
    let fixtures = try ArchiveFixtures()
    _ = try fixtures.unpack(name)
    #expect(try bytewise(fixtures.files()) == bytewise(files))
  }

  /// Swift takes names that differ by normalisation for one.
  private func bytewise(_ files: [String: String]) -> [[UInt8]: String] {
    Dictionary(uniqueKeysWithValues: files.map { (Array($0.key.utf8), $0.value) })
  }

  @Test("long names are cut before their extension, and both files are kept")
  func long() throws {
    let fixtures = try ArchiveFixtures()
    let unpacked = try fixtures.unpack("long-names.tar")
    let cut = String(repeating: "ä", count: 125)
    let again = String(repeating: "ä", count: 124)
    #expect(try fixtures.files() == ["cats/\(cut).jpg": "1", "cats/\(again)~2.jpg": "2"])
    #expect(unpacked.renamed.map(\.name) == ["\(again)~2.jpg"])
  }

  @Test("what was renamed or left behind by systems is told")
  func notes() throws {
    #expect(try ArchiveFixtures().unpack("left-behind.zip").hiddenCount == 4)
    #expect(
      try ArchiveFixtures().unpack("duplicates.tar").renamed.map { "\($0.entry) \($0.name)" }
        == ["cats/1.jpg 1~2.jpg", "cats/1.jpg 1~3.jpg", "cats/1~2.jpg 1~2~2.jpg"])
    let unreadable = try ArchiveFixtures().unpack("flagged-no-utf-8.zip")
    #expect(unreadable.leftOut.map(\.reason) == [.unreadableName])
  }

  @Test(
    "every name becomes components that are safe anywhere",
    arguments: [
      ("a/b", EntryPath.below(["a", "b"])), ("", .nameless), ("/", .nameless), ("./", .nameless), ("..", .leadsOut),
      ("a/..", .leadsOut), ("a/ ..", .leadsOut), ("...", .hidden), ("a/.b", .hidden), ("A:/b", .below(["b"])),
      ("a:b", .below(["a:b"])), ("1:/b", .below(["1:", "b"])), ("C:\\..\\x", .leadsOut), (" /b", .below(["_", "b"])),
      ("x/THUMBS.DB", .hidden), ("<script>&\"'.jpg", .below(["<script>&\"'.jpg"])), ("a\u{7}b", .below(["a_b"])),
      ("a\u{7}b/c", .unseenInFolder), ("a/\u{2028}/c", .unseenInFolder), ("a\u{7}/.b", .hidden),
      ("\u{85}\u{2029}", .below(["__"])), ("\u{1F468}\u{200D}\u{1F469}", .below(["\u{1F468}\u{200D}\u{1F469}"])),
    ])
  func components(_ name: String, _ expected: EntryPath) {
    #expect(EntryPath(Array(name.utf8), in: .zip) == expected)
  }

  @Test("a name of marks without end or with an extension without end is cut", arguments: ["e", "x."])
  func endless(_ start: String) {
    let name = start + String(repeating: "\u{301}", count: 400)
    guard case .below(let path) = EntryPath(Array(name.utf8), in: .tar) else {
      Issue.record("no path")
      return
    }
    #expect((200...255).contains(path[0].utf8.count))
    #expect((200...255).contains(EntryPath.numbered(path[0], 2).utf8.count))
  }

  @Test("code page 437 is as Unicode's table has it")
  func codePage() throws {
    // Python: bytes(range(128, 256)).decode("cp437"), its CRC-32 in UTF-8.
    let text = CodePage437.decode((0x80...0xFF).map { UInt8($0) })
    #expect(text.unicodeScalars.count == 128)
    #expect(crc32(Array(text.utf8)) == 0x3F4F_C2B3)
  }
}
