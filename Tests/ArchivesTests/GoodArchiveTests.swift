import Archives
import Foundation
import Testing

@Suite struct GoodArchiveTests {
  @Test(
    "archives of other programs unpack to what Python reads from them",
    arguments: [
      ("info-zip.zip", ArchiveFormat.zip), ("info-zip-piped.zip", .zip), ("7-zip.zip", .zip), ("7-zip-lzma.zip", .zip),
      ("bsdtar.zip", .zip), ("python.zip", .zip), ("python-bzip2.zip", .zip), ("python.tar", .tar),
      ("gnu.tar.gz", .tarGzip), ("bsdtar.tar.gz", .tarGzip), ("gnu-pax.tar.xz", .tarXz), ("gnu.tar.zst", .tarZstandard),
      ("gnu.tar.bz2", .tarBzip2), ("sparse-gnu.tar.gz", .tarGzip), ("sparse-pax.tar.gz", .tarGzip),
    ])
  func goldens(_ name: String, _ format: ArchiveFormat) throws {
    let fixtures = try ArchiveFixtures()
    let unpacked = try fixtures.unpack(name)
    let lines = try fixtures.contents().filter { !$0.key.hasSuffix("/") }.map { path, bytes in
      let sum = String(crc32(bytes), radix: 16)
      return "\(path)\t\(bytes.count)\t\(String(repeating: "0", count: 8 - sum.count))\(sum)"
    }
    // Python leaves "./" to whoever asks.
    let expected = try ArchiveFixtures.expected()[name] ?? []
    #expect(Set(lines) == Set(expected.map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 }))
    #expect(!lines.isEmpty, "remake with Tests/Goldens/archives/make_archives.py")
    #expect(unpacked.format == format)
    #expect(unpacked.files == lines.count)
    #expect(unpacked.bytes == (try fixtures.contents().values.map(\.count).reduce(0, +)))
    #expect(unpacked.leftOut == [] && unpacked.renamed == [] && unpacked.hiddenCount == 0)
  }

  @Test(
    "the folder with the class folders is found below folders that hold everything",
    arguments: [
      ("python.zip", "/photos"), ("gnu.tar.bz2", "/home/me/photos"), ("backslashes.zip", "/photos"),
      ("left-behind.zip", "/photos"),
      ("cases.zip", ""), ("sparse-gnu.tar.gz", "/photos"), ("dos-names.zip", ""),
    ])
  func root(_ name: String, _ root: String) throws {
    let fixtures = try ArchiveFixtures()
    #expect(try fixtures.unpack(name).root == fixtures.target + root)
  }

  @Test("owners, modes and times of an archive are ignored")
  func modes() throws {
    let fixtures = try ArchiveFixtures()
    _ = try fixtures.unpack("modes.tar")
    let attributes = try FileManager.default.attributesOfItem(atPath: fixtures.target + "/cats/1.jpg")
    let mode = try #require(attributes[.posixPermissions] as? NSNumber).intValue
    #expect(mode & 0o7133 == 0 && mode & 0o600 == 0o600, "mode \(String(mode, radix: 8))")
    #expect((attributes[.ownerAccountID] as? NSNumber)?.uint32Value == getuid())
    #expect(try #require(attributes[.modificationDate] as? Date) > Date(timeIntervalSince1970: 1_600_000_000))
  }

  @Test("progress rises from 0 to 1")
  func progress() throws {
    let fixtures = try ArchiveFixtures()
    var seen: [Double] = []
    _ = try ArchiveUnpacker.unpack(
      ArchiveFixtures.path("python.tar"), into: fixtures.target, progress: { seen.append($0) })
    #expect(seen.count > 5)
    #expect(seen.allSatisfy { (0...1).contains($0) })
    #expect(seen == seen.sorted() && seen.last == 1)
  }

  @Test(
    "a format is told by its content",
    arguments: [("7-zip.zip", ArchiveFormat.zip), ("text.gz", .tarGzip), ("files.tsv", nil)])
  func formats(_ name: String, _ format: ArchiveFormat?) throws {
    #expect(try ArchiveFormat(ofFile: ArchiveFixtures.path(name)) == format)
  }
}
