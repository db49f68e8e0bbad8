import Foundation
import TestSupport
import Testing

@testable import DurableFiles

@Suite struct DurableFileTests {
  private let folder: TemporaryFolder
  private var path: String { folder.url.appendingPathComponent("file").path }

  init() throws { folder = try TemporaryFolder() }

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.url.path) }

  private func write(_ text: String, to path: String, mode: mode_t = 0o666) throws {
    try Array(text.utf8).withUnsafeBytes { try DurableFile.write($0, to: path, mode: mode) }
  }

  @Test("a file takes the place of the former one in one step, and nothing lies beside it")
  func replaces() throws {
    try folder.write("old", to: "file")
    let file = try DurableFile(beside: path)
    try Array("new".utf8).withUnsafeBytes { try file.write($0) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    try file.moveIntoPlace()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(try names() == ["file"])
  }

  @Test("what is not moved into place disappears, and the former file stays")
  func disappears() throws {
    try folder.write("old", to: "file")
    do {
      let file = try DurableFile(beside: path)
      try Array("new".utf8).withUnsafeBytes { try file.write($0) }
    }
    #expect(try names() == ["file"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
  }

  @Test("what fails says which call, and of what; nothing is left")
  func failures() throws {
    let failure = #expect(throws: FileFailure.self) { try write("x", to: path + "/none/file") }
    #expect(failure?.call == .open && failure?.number == ENOENT && failure?.path.hasPrefix(path) == true)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try folder.write("in the way", to: "file/inner")
    let renaming = #expect(throws: FileFailure.self) { try write("x", to: path) }
    #expect(renaming?.call == .rename && renaming?.path == path)
    #expect(try names() == ["file"])
    let writing = #expect(throws: FileFailure.self) {
      try [UInt8(1)].withUnsafeBytes { try DurableFile.append($0, to: -1, named: "it") }
    }
    #expect(writing?.description == "write it: Bad file descriptor")
  }

  @Test("permissions are as asked for")
  func mode() throws {
    try write("x", to: path, mode: 0o600)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
  }
}
