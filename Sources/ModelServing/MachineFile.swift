import Foundation

/// A file that keeps texts by key from one start to the next, for one model of processor: what was measured elsewhere is
/// never used.
public struct MachineFile: Sendable {
  private let url: URL

  /// - Parameters:
  ///   - name: first part of the file's name; holds the version of what is kept.
  ///   - directory: by default `$XDG_CACHE_HOME/convserve`, else `~/.cache/convserve`.
  public init(
    _ name: String, directory: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let caches = environment["XDG_CACHE_HOME"] ?? environment["HOME"].map { $0 + "/.cache" } ?? NSTemporaryDirectory()
    let folder = URL(fileURLWithPath: directory ?? caches + "/convserve", isDirectory: true)
    url = folder.appendingPathComponent("\(name)-\(Self.processorName).json")
  }

  public var path: String { url.path }

  /// Whether the file, or a new one, can be written; its folder is made for that.
  public var isWritable: Bool {
    let folder = url.deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return access(folder.path, W_OK) == 0
  }

  /// What the file holds; nothing where there is none, or where it cannot be read.
  public func load() -> [String: String] {
    (try? Data(contentsOf: url)).flatMap { try? JSONDecoder().decode([String: String].self, from: $0) } ?? [:]
  }

  /// Writes entries beside those that the file has, where it does not have them all.
  ///
  /// - Throws: where the file cannot be written.
  public func save(_ entries: [String: String]) throws {
    // Another process may have written others meanwhile.
    let known = load()
    let entries = known.merging(entries) { $1 }
    guard entries != known else { return }
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try encoder.encode(entries).write(to: url, options: .atomic)
  }

  /// The processor's model as the kernel names it, in letters that suit a file name.
  private static var processorName: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let values = ["model name", "cpu family", "model"].compactMap { key in
      lines.first { $0.split(separator: ":").first?.trimmingCharacters(in: .whitespaces) == key }?
        .split(separator: ":").last
    }
    let letters = values.joined(separator: " ").lowercased().map {
      $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-"
    }
    let name = String(letters).split(separator: "-").joined(separator: "-")
    return name.isEmpty ? "unknown" : name
  }
}
