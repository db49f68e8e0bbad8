import Foundation

@testable import Archives

/// The archives of Tests/Goldens/archives, and a folder to unpack them into.
final class ArchiveFixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/archives")

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  /// What the good ones hold, as Python reads it: by archive, lines of path, bytes and CRC-32.
  static func expected() throws -> [String: Set<String>] {
    let table = try String(contentsOf: folder.appending(path: "files.tsv"), encoding: .utf8)
    return table.split(separator: "\n").reduce(into: [:]) { expected, line in
      let fields = line.split(separator: "\t", maxSplits: 1)
      expected[String(fields[0]), default: []].insert(String(fields[1]))
    }
  }

  let target: String
  /// Holds the target, so that a test sees what lies beside it.
  let around: URL

  init() throws {
    around = FileManager.default.temporaryDirectory.appending(path: "convserve-archives-\(UUID().uuidString)")
    target = around.appending(path: "target").path
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: around) }

  func unpack(_ name: String, limits: ArchiveLimits = ArchiveLimits()) throws -> UnpackedArchive {
    try ArchiveUnpacker.unpack(Self.path(name), into: target, limits: limits)
  }

  /// Writes an archive beside the target; returns its path.
  func write(_ bytes: some Collection<UInt8>) throws -> String {
    let file = around.appending(path: "archive")
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Everything below the target: folders with a slash behind them, files with their content.
  func contents() throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: target) {
      let url = URL(filePath: target).appending(path: path)
      let type = try FileManager.default.attributesOfItem(atPath: url.path)[.type] as? FileAttributeType
      switch type {
      case .typeDirectory: contents[path + "/"] = []
      case .typeRegular: contents[path] = [UInt8](try Data(contentsOf: url))
      default: contents["\(path) of type \(String(describing: type))"] = []
      }
    }
    return contents
  }

  /// Files alone, their content as text.
  func files() throws -> [String: String] {
    try contents().filter { !$0.key.hasSuffix("/") }.mapValues { String(decoding: $0, as: UTF8.self) }
  }

  /// Names in the folder around the target.
  func neighbours() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: around.path) }
}

/// CRC-32 as zip and gzip have it, bit by bit (RFC 1952 section 8).
func crc32(_ bytes: [UInt8]) -> UInt32 {
  var sum = ~UInt32(0)
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
  }
  return ~sum
}
