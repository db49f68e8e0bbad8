import Foundation
import TestSupport
import Testing

@testable import AccessControl

@Suite("Key file")
struct KeyFileTests {
  private let folder: TemporaryFolder
  private let file: KeyFile

  init() throws {
    folder = try TemporaryFolder()
    file = KeyFile(path: folder.url.appendingPathComponent("keys").path)
  }

  /// SHA-256 of "abc": FIPS 180-4, the first example of NIST's.
  private static let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  private func permissions() throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
  }

  @Test("a key that is added is read again, and opened by its secret alone")
  func roundTrip() throws {
    let expires = Date(timeIntervalSince1970: 4_000_000_000)
    let (key, secret) = try APIKey.generate(name: "camera-7", scopes: [.infer, .admin], expires: expires)
    try file.add(key)
    #expect(try file.load() == [key])
    let ring = KeyRing(try file.load())
    #expect(ring.key(openedBy: secret)?.name == "camera-7")
    #expect(ring.key(openedBy: secret + "x") == nil)
    #expect(ring.key(openedBy: String(secret.dropLast())) == nil)
    #expect(ring.key(openedBy: "") == nil)
    #expect(ring.key(openedBy: key.digest.hexadecimal) == nil)
  }

  @Test("the file holds no secret, and is its owner's alone")
  func secrecy() throws {
    let (key, secret) = try APIKey.generate(name: "k", scopes: [.infer], expires: nil)
    try file.add(key)
    let text = try String(contentsOfFile: file.path, encoding: .utf8)
    #expect(!text.contains(secret))
    #expect(!text.contains(secret.dropFirst("convserve_".count)))
    #expect(try permissions() == 0o600)
  }

  @Test("two keys are never the same, and have 256 bits")
  func randomness() throws {
    let secrets = try (0..<100).map { try APIKey.generate(name: "k\($0)", scopes: [.infer], expires: nil).secret }
    #expect(Set(secrets).count == 100)
    #expect(secrets.allSatisfy { $0.hasPrefix("convserve_") && $0.count == "convserve_".count + 43 })
  }

  @Test("the digest is SHA-256")
  func digest() throws {
    try folder.write("a infer never \(Self.abc)\n", to: "keys")
    #expect(KeyRing(try file.load()).key(openedBy: "abc")?.name == "a")
  }

  @Test("comments and other keys survive an addition and a removal")
  func comments() throws {
    try folder.write("# ours\n\na infer never \(Self.abc)", to: "keys")
    try file.add(try APIKey.generate(name: "b", scopes: [.inspect], expires: nil).key)
    #expect(try file.load().map(\.name) == ["a", "b"])
    try file.remove(named: "b")
    #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "# ours\n\na infer never \(Self.abc)\n")
  }

  @Test("a name is taken once, and an unknown one is not removed", arguments: ["a", "#", ""])
  func names(unknown: String) throws {
    try folder.write("# x\nb infer never \(Self.abc)\n", to: "keys")
    #expect(throws: APIKeyError.nameTaken("b")) {
      try file.add(try APIKey.generate(name: "b", scopes: [.infer], expires: nil).key)
    }
    #expect(throws: APIKeyError.unknownName(unknown, known: ["b"])) { try file.remove(named: unknown) }
  }

  @Test(
    "a line that is none is named",
    arguments: [
      "a infer never", "a infer never sha256:12", "a infer never md5:\(abc.dropFirst(7))", "a fly never \(abc)",
      "a infer someday \(abc)", "a infer 2027-02-30T00:00:00Z \(abc)", "a  never \(abc)", "a/b infer never \(abc)",
      "a infer never \(abc) more",
      "a infer never \(abc.uppercased())",
    ])
  func malformed(line: String) throws {
    try folder.write("# one\n\(line)\n", to: "keys")
    #expect(throws: KeyFileError.malformed(path: file.path, line: 2)) { try file.load() }
  }

  @Test("a second key of a name is refused with its line")
  func repeated() throws {
    try folder.write("a infer never \(Self.abc)\na admin never \(Self.abc)\n", to: "keys")
    #expect(throws: KeyFileError.repeatedName(path: file.path, line: 2, name: "a")) { try file.load() }
  }

  @Test("every line that is wrong is named, and nothing where none is")
  func faults() throws {
    try folder.write("a infer\nb infer never \(Self.abc)\n\nb infer never \(Self.abc)\nc\n", to: "keys")
    #expect(
      file.faults() == [
        .malformed(path: file.path, line: 1), .repeatedName(path: file.path, line: 4, name: "b"),
        .malformed(path: file.path, line: 5),
      ])
    try folder.write("b infer never \(Self.abc)\n", to: "keys")
    #expect(file.faults() == [])
    #expect(KeyFile(path: "/no/such").faults().count == 1)
  }

  @Test(
    "a moment or a day of the calendar is read, and what no calendar has is not",
    arguments: [
      ("2027-01-31", 1_801_353_600), ("2028-02-29", 1_835_395_200), ("2027-01-31T12:00:00Z", 1_801_396_800),
      ("2027-01-31T23:30:00-05:00", 1_801_456_200), ("2027-02-30", nil), ("2027-02-29", nil), ("2027-13-01", nil),
      ("2027-00-10", nil), ("2027-01-31T25:00:00Z", nil), ("2027-01-31T12:61:00Z", nil), ("2027-1-31", nil),
      ("2027-01-31T", nil), ("soon", nil), ("", nil), ("T", nil),
    ] as [(String, Double?)])
  func moments(text: String, seconds: Double?) {
    #expect(Date(momentOrDay: text)?.timeIntervalSince1970 == seconds)
  }

  @Test("a file that everybody may write is refused")
  func writable() throws {
    try folder.write("", to: "keys")
    try FileManager.default.setAttributes([.posixPermissions: 0o646], ofItemAtPath: file.path)
    #expect(throws: KeyFileError.writableByOthers(path: file.path)) { try file.load() }
  }

  @Test("a folder is no file of keys, and something that cannot be read is named with the reason")
  func noFile() throws {
    #expect(throws: KeyFileError.unreadable(path: folder.url.path, reason: "it is no file")) {
      try KeyFile(path: folder.url.path).load()
    }
    try folder.write("", to: "keys")
    #expect(throws: KeyFileError.unreadable(path: file.path + "/keys", reason: "Not a directory")) {
      try KeyFile(path: file.path + "/keys").load()
    }
  }

  @Test("a link goes on to lead to the file, whose mode stays")
  func link() throws {
    try folder.write("a infer never \(Self.abc)\n", to: "elsewhere/real")
    let real = folder.url.appendingPathComponent("elsewhere/real").path
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: real)
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "elsewhere/real")
    try file.add(try APIKey.generate(name: "b", scopes: [.infer], expires: nil).key)
    try file.remove(named: "a")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == "elsewhere/real")
    #expect(try KeyFile(path: real).load().map(\.name) == ["b"])
    #expect(try FileManager.default.attributesOfItem(atPath: real)[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/elsewhere") == ["real"])
  }

  @Test("the owner of the file stays", .enabled(if: geteuid() == 0, "only root can give files away"))
  func owner() throws {
    try folder.write("a infer never \(Self.abc)\n", to: "keys")
    try #require(chown(file.path, 12_345, 23_456) == 0)
    try file.add(try APIKey.generate(name: "b", scopes: [.infer], expires: nil).key)
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect(attributes[.ownerAccountID] as? Int == 12_345)
    #expect(attributes[.groupOwnerAccountID] as? Int == 23_456)
  }

  @Test("lines end as they did", arguments: ["\n", "\r\n"])
  func lineEnds(_ end: String) throws {
    let old = "# ours\(end)a infer never \(Self.abc)\(end)"
    try folder.write(old, to: "keys")
    #expect(try file.load().map(\.name) == ["a"])
    try file.add(try APIKey.generate(name: "b", scopes: [.infer], expires: nil).key)
    let text = try String(contentsOfFile: file.path, encoding: .utf8)
    #expect(text.utf8.split(separator: 10).map { $0.last == 13 } == Array(repeating: end == "\r\n", count: 3))
    #expect(try file.load().map(\.name) == ["a", "b"])
    try file.remove(named: "b")
    #expect(try String(contentsOfFile: file.path, encoding: .utf8) == old)
  }

  @Test("writers at the same time, by two paths to the file, undo nothing of one another")
  func writers() async throws {
    try folder.write("", to: "elsewhere/real")
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "elsewhere/real")
    let real = KeyFile(path: folder.url.appendingPathComponent("elsewhere/real").path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<64 {
        group.addTask {
          let key = try APIKey.generate(name: "k\(number)", scopes: [.infer], expires: nil).key
          try (number.isMultiple(of: 2) ? file : real).add(key)
        }
      }
      try await group.waitForAll()
    }
    #expect(try Set(file.load().map(\.name)) == Set((0..<64).map { "k\($0)" }))
  }

  @Test("a missing file is named, with what makes one")
  func missing() {
    let error = #expect(throws: KeyFileError.self) { try file.load() }
    #expect(error?.description.contains("No such file or directory; `convserve keys add NAME") == true)
  }

  @Test(
    "names that would break a line are refused",
    arguments: ["", "a b", "a\nb", "é", "#a", String(repeating: "a", count: 65)])
  func unacceptable(name: String) {
    #expect(throws: APIKeyError.unacceptableName(name)) {
      try APIKey.generate(name: name, scopes: [.infer], expires: nil)
    }
  }

  @Test("a key that allows nothing is refused")
  func noScope() {
    #expect(throws: APIKeyError.noScope(name: "a")) { try APIKey.generate(name: "a", scopes: [], expires: nil) }
  }
}
