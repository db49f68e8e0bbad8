import Foundation

/// A JSON file that keeps measurements, as text by key, from one start of the program to the next.
///
/// The file's name contains the processor's model, so measurements of another model of processor are never used.
public struct MachineFile: Sendable {
  private let url: URL

  /// Names the file without opening it: `NAME-PROCESSOR.json`.
  ///
  /// - Parameters:
  ///   - name: the beginning of the file's name. It should contain the version of the stored values.
  ///   - directory: the folder of the file. By default it is `$XDG_CACHE_HOME/convserve`, or else
  ///     `~/.cache/convserve`.
  ///   - environment: the environment variables that give the default folder.
  public init(
    _ name: String, directory: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let caches = environment["XDG_CACHE_HOME"] ?? environment["HOME"].map { $0 + "/.cache" } ?? NSTemporaryDirectory()
    let folder = URL(fileURLWithPath: directory ?? caches + "/convserve", isDirectory: true)
    url = folder.appendingPathComponent("\(name)-\(Self.processorName).json")
  }

  /// The absolute path of the file, whether or not it exists.
  public var path: String { url.path }

  /// Whether the process may write into the file's folder. Asking makes the folder if it does not exist.
  public var isWritable: Bool {
    let folder = url.deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return access(folder.path, W_OK) == 0
  }

  /// Reads all entries. The result is empty if the file does not exist or cannot be read.
  public func load() -> [String: String] {
    (try? Data(contentsOf: url)).flatMap { try? JSONDecoder().decode([String: String].self, from: $0) } ?? [:]
  }

  /// Adds entries to the file. Other entries of the file stay, and entries with the same key are replaced. The file
  /// is replaced whole, and only if an entry is new or different.
  ///
  /// - Throws: an error of Foundation if the file cannot be written.
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
