import Foundation
import InferenceRuntime

/// Keeps the algorithms that measuring has chosen from one start to the next, so that only the first one measures.
///
/// One file for each model of processor and version of the engine: what was measured elsewhere is never used.
public struct AlgorithmCacheFile: Sendable {
  private let url: URL

  /// - Parameters:
  ///   - purpose: what the algorithms are for, with the version of what was measured: the beginning of the file's name.
  ///   - directory: by default `$XDG_CACHE_HOME/convserve`, else `~/.cache/convserve`.
  public init(
    purpose: String = "algorithms-v\(AlgorithmCache.version)", directory: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let caches = environment["XDG_CACHE_HOME"] ?? environment["HOME"].map { $0 + "/.cache" } ?? NSTemporaryDirectory()
    let folder = URL(fileURLWithPath: directory ?? caches + "/convserve", isDirectory: true)
    url = folder.appendingPathComponent("\(purpose)-\(Self.processorName).json")
  }

  public var path: String { url.path }

  /// What the file holds; an empty cache where there is none, or where it cannot be read.
  public func load() -> AlgorithmCache { AlgorithmCache(entries: loadEntries()) }

  /// What the file holds, as it is written; nothing where there is none, or where it cannot be read.
  package func loadEntries() -> [String: String] {
    (try? Data(contentsOf: url)).flatMap { try? JSONDecoder().decode([String: String].self, from: $0) } ?? [:]
  }

  /// Writes the cache where it holds more than the file does.
  ///
  /// - Throws: where the file cannot be written, which costs nothing but the time to measure again.
  public func save(_ cache: AlgorithmCache) throws { try save(entries: cache.entries) }

  /// As `save`.
  package func save(entries new: [String: String]) throws {
    // Another process may have measured other shapes meanwhile.
    let known = loadEntries()
    let entries = known.merging(new) { $1 }
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
