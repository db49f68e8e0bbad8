import Foundation
import Testing

@testable import Archives

@Suite struct HostileArchiveTests {
  @Test(
    "an archive that cannot be meant well is refused, and leaves nothing",
    arguments: [
      ("climbs.zip", ArchiveError.pathLeadsOut(entry: "cats/../../evil.jpg")),
      ("climbs.tar", .pathLeadsOut(entry: "../evil.jpg")),
      ("climbs-backwards.zip", .pathLeadsOut(entry: "../evil.jpg")),
      ("climbs-with-blanks.zip", .pathLeadsOut(entry: " .. /evil.jpg")),
      ("class-of-dots.zip", .pathLeadsOut(entry: "../1.jpg")),
      ("class-controls.zip", .unseenInFolder(entry: "c_a_t/1.jpg")),
      ("encrypted.zip", .encrypted(entry: "photos/cats/1.jpg")),
      ("encrypted-aes.zip", .encrypted(entry: "photos/cats/1.jpg")),
      ("deep.zip", .tooDeep(entry: "1/2/3/4/5/6/7/8/9/cat.jpg", limit: 8)),
      ("bomb.zip", .ratioTooHigh(limit: 200)),
      ("bomb-of-a-hole.tar", .fileTooLarge(entry: "cats/1.jpg", limit: 256 << 20)),
      ("gzip-of-gzip.tar.gz.gz", .compressedTwice(format: .tarGzip)),
      ("xz-of-xz.tar.xz.xz", .compressedTwice(format: .tarXz)), ("text.gz", .notATar(format: .tarGzip)),
      ("empty.zip", .empty(leftOut: 0)), ("empty.tar", .empty(leftOut: 0)), ("only-folders.zip", .empty(leftOut: 0)),
      ("only-links.zip", .empty(leftOut: 2)),
      ("make_archives.py", .notAnArchive(path: ArchiveFixtures.path("make_archives.py"))),
    ])
  func refused(_ name: String, _ error: ArchiveError) throws {
    let fixtures = try ArchiveFixtures()
    #expect(throws: error) { try fixtures.unpack(name) }
    #expect(try fixtures.contents() == [:])
    #expect(try fixtures.neighbours() == ["target"])
  }

  @Test(
    "what unpacks to far more than its own size is refused while it does",
    arguments: [
      "bomb-of-one-byte.zip", "bomb.tar.bz2", "bomb-hidden.tar.bz2", "bomb-of-headers.tar.bz2", "bomb-overlapping.zip",
    ])
  func bombs(_ name: String) throws {
    let fixtures = try ArchiveFixtures()
    #expect(throws: ArchiveError.ratioTooHigh(limit: 200)) {
      try fixtures.unpack(name, limits: ArchiveLimits(ratioFloor: 1 << 20))
    }
    #expect(try fixtures.contents() == [:])
    // The same contents are fine where so much is allowed: it is the ratio that was refused.
    if name == "bomb.tar.bz2" { #expect(try fixtures.unpack(name).bytes == 2 << 20) }
  }

  @Test(
    "content that contradicts its checksum, its length or is of an unknown compression is refused",
    arguments: [
      "wrong-checksum.zip", "deflate64.zip",
    ])
  func damaged(_ name: String) throws {
    let fixtures = try ArchiveFixtures()
    let error = #expect(throws: ArchiveError.self) { try fixtures.unpack(name) }
    guard case .damaged(.some, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try fixtures.contents() == [:])
  }

  @Test("links and devices are left out, and nothing goes through them")
  func links() throws {
    let fixtures = try ArchiveFixtures()
    let unpacked = try fixtures.unpack("links.tar")
    #expect(try fixtures.files() == ["cats/1.jpg": "2", "cats/link/evil.jpg": "1"])
    #expect(
      unpacked.leftOut.map { "\($0.entry): \($0.reason)" } == [
        "cats/link: symbolicLink", "dogs: symbolicLink", "cats/hard.jpg: hardLink", "cats/pipe.jpg: special",
        "cats/device.jpg: special", "cats/disk.jpg: special",
      ])
    let zip = try ArchiveFixtures()
    #expect(try zip.unpack("links.zip").leftOut.map(\.reason) == [.symbolicLink, .symbolicLink])
    #expect(try zip.files() == ["cats/evil.jpg": "1"])
  }

  @Test("a file and a folder of one name get along")
  func fileAndFolder() throws {
    let fixtures = try ArchiveFixtures()
    let unpacked = try fixtures.unpack("file-and-folder.zip")
    #expect(try fixtures.files() == ["cats": "1", "dogs/1.jpg": "3", "dogs~2": "4"])
    #expect(unpacked.leftOut.map { "\($0.entry): \($0.reason)" } == ["cats/1.jpg: blocked"])
  }

  @Test("archives within are named and not opened; a compressed file is no archive")
  func nested() throws {
    let fixtures = try ArchiveFixtures()
    let unpacked = try fixtures.unpack("nested.zip")
    #expect(try fixtures.files() == ["cats/1.jpg": "1", "x/images-idx3-ubyte.gz": "4"])
    #expect(unpacked.leftOut.map(\.entry) == ["more.zip", "cats/more.TAR.GZ"])
    #expect(unpacked.leftOut.allSatisfy { $0.reason == .nestedArchive })
  }

  @Test(
    "each limit holds, and what reaches it is accepted",
    arguments: [
      ("python.tar", ArchiveLimits(entries: 5), nil),
      ("python.tar", ArchiveLimits(entries: 4), ArchiveError.tooManyEntries(limit: 4)),
      ("python.zip", ArchiveLimits(fileBytes: 1200), nil),
      ("python.zip", ArchiveLimits(fileBytes: 1199), .fileTooLarge(entry: "photos/cats/two words.jpg", limit: 1199)),
      ("python.zip", ArchiveLimits(totalBytes: 1454), nil),
      ("python.zip", ArchiveLimits(totalBytes: 1453), .tooLarge(limit: 1453)),
      ("deep.zip", ArchiveLimits(depth: 9), nil),
      // Also those that no entry names.
      ("deep.zip", ArchiveLimits(folders: 9, depth: 9), nil),
      ("deep.zip", ArchiveLimits(folders: 8, depth: 9), .tooManyFolders(limit: 8)),
      ("only-folders.zip", ArchiveLimits(folders: 1), .tooManyFolders(limit: 1)),
      // Headers count as well: they are read.
      ("python.tar", ArchiveLimits(totalBytes: 2000), .tooLarge(limit: 2000)),
      ("left-behind.zip", ArchiveLimits(entries: 5), .tooManyEntries(limit: 5)),
    ])
  func limits(_ name: String, _ limits: ArchiveLimits, _ error: ArchiveError?) throws {
    let fixtures = try ArchiveFixtures()
    if let error {
      #expect(throws: error) { try fixtures.unpack(name, limits: limits) }
      #expect(try fixtures.contents() == [:])
    } else {
      #expect(try fixtures.unpack(name, limits: limits).files > 0)
    }
  }

  @Test("a directory of a zip that fills memory is refused before it is read")
  func directory() throws {
    let fixtures = try ArchiveFixtures()
    let header = [UInt8]([0x50, 0x4B, 0x01, 0x02] + [UInt8](repeating: 0, count: 42))
    let file = try fixtures.write([0x50, 0x4B, 0x03, 0x04] + Array(repeating: header, count: 30_000).joined())
    #expect(throws: ArchiveError.tooManyEntries(limit: 7_499)) {
      try ArchiveUnpacker.unpack(file, into: fixtures.target, limits: ArchiveLimits(entries: 7_499))
    }
    #expect(throws: ArchiveError.cutOff(format: .zip)) {
      try ArchiveUnpacker.unpack(file, into: fixtures.target, limits: ArchiveLimits(entries: 7_500))
    }
  }

  @Test(
    "an archive that is cut anywhere is refused, and leaves nothing",
    arguments: [
      "python.zip", "info-zip-piped.zip", "python.tar", "gnu.tar.gz", "gnu-pax.tar.xz", "gnu.tar.zst", "gnu.tar.bz2",
    ])
  func cut(_ name: String) throws {
    let fixtures = try ArchiveFixtures()
    let whole = [UInt8](try Data(contentsOf: ArchiveFixtures.folder.appending(path: name)))
    // Of a tar's end a single block of zeros is enough; nobody reads what follows.
    let end = name == "python.tar" ? whole.count - 1024 : whole.count - 1
    // Everywhere near the end, and here and there before.
    for length in Array(stride(from: 0, to: end - 40, by: end / 40)) + Array((end - 40)...end) {
      let file = try fixtures.write(whole[..<length])
      do {
        let unpacked = try ArchiveUnpacker.unpack(file, into: fixtures.target)
        // A checksum's last bytes may be missing, but no file.
        #expect(unpacked.files == 5, "cut to \(length) bytes")
        #expect(name != "python.zip" && length > whole.count - 32, "cut to \(length) bytes")
        try FileManager.default.removeItem(atPath: fixtures.target)
        try FileManager.default.createDirectory(atPath: fixtures.target, withIntermediateDirectories: false)
      } catch is ArchiveError {
        #expect(try fixtures.contents() == [:], "cut to \(length) bytes")
      }
    }
  }

  @Test("nothing is left of an archive that is stopped half way")
  func stopped() throws {
    let fixtures = try ArchiveFixtures()
    var asked = 0
    var heldSomething = false
    #expect(throws: ArchiveError.stopped) {
      try ArchiveUnpacker.unpack(
        ArchiveFixtures.path("python.tar"), into: fixtures.target,
        isStopping: {
          asked += 1
          if asked == 6 { heldSomething = (try? fixtures.files().isEmpty) == false }
          return asked == 6
        })
    }
    #expect(heldSomething)
    #expect(try fixtures.contents() == [:])
  }

  @Test("a folder that holds something is left alone")
  func folderInUse() throws {
    let fixtures = try ArchiveFixtures()
    try Data("mine".utf8).write(to: URL(filePath: fixtures.target + "/mine.txt"))
    #expect(throws: ArchiveError.folderNotEmpty(path: fixtures.target)) { try fixtures.unpack("python.zip") }
    #expect(try fixtures.files() == ["mine.txt": "mine"])
  }

  @Test("what cannot be read or written is told with its path")
  func paths() throws {
    let fixtures = try ArchiveFixtures()
    #expect(throws: ArchiveError.unreadable(path: "/none", reason: "No such file or directory")) {
      try ArchiveUnpacker.unpack("/none", into: fixtures.target)
    }
    #expect(throws: ArchiveError.unreadable(path: fixtures.target, reason: "it is no regular file")) {
      try ArchiveUnpacker.unpack(fixtures.target, into: fixtures.target)
    }
    #expect(throws: ArchiveError.unwritable(path: "/none", reason: "No such file or directory")) {
      try ArchiveUnpacker.unpack(ArchiveFixtures.path("python.zip"), into: "/none")
    }
  }

  @Test(
    "every error says what was wrong in words",
    arguments: [
      (ArchiveError.encrypted(entry: "a.jpg"), "the archive is encrypted (a.jpg); make one without a password"),
      (
        .notAnArchive(path: "x"),
        "x is no archive that can be unpacked; accepted: zip, tar, tar.gz, tar.bz2, tar.xz and tar.zst"
      ),
      (.diskFull(path: "x"), "the disk of x is full"),
    ])
  func words(_ error: ArchiveError, _ text: String) {
    #expect(error.description == text)
  }

  @Test("no descriptor stays open")
  func descriptors() throws {
    func open() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
    let before = try open()
    for name in [
      "python.zip", "gnu.tar.gz", "climbs.tar", "file-and-folder.zip", "wrong-checksum.zip", "text.gz", "files.tsv",
    ] {
      for _ in 0..<20 { _ = try? ArchiveFixtures().unpack(name) }
    }
    #expect(try open() < before + 40, "other tests open files at the same time, but not so many")
  }
}
