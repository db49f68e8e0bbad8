import Foundation
import Glibc

/// `decisions.jsonl`: lines that are only ever added, each on the disk before anything is done about it.
///
/// Whoever is killed while it writes leaves a part of a line, which counts as not written: what it says is decided, or done, again.
public final class DecisionLog: Sendable {
  public static let fileName = "decisions.jsonl"

  private let descriptor: Int32
  private let path: String

  /// Opens a log, or begins one, and takes a line that is not whole off its end.
  ///
  /// - Returns: the log, and what it holds.
  /// - Throws: `SearchError.log` where it cannot be read or written, or another process holds it.
  public static func open(_ file: URL) throws(SearchError) -> (log: DecisionLog, entries: [DecisionEntry]) {
    let log = try DecisionLog(file.path)
    let bytes = [UInt8](FileManager.default.contents(atPath: file.path) ?? Data())
    let whole = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    if whole < bytes.count, ftruncate(log.descriptor, whole) != 0 { throw log.failure("cut") }
    var entries: [DecisionEntry] = []
    for (index, line) in bytes[..<whole].split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let entry = try? JSONDecoder().decode(DecisionEntry.self, from: Data(line)) else {
        throw .damagedLog(path: file.path, line: index + 1, reason: "it is no decision")
      }
      entries.append(entry)
    }
    return (log, entries)
  }

  private init(_ path: String) throws(SearchError) {
    self.path = path
    descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure("open") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .inUse(path: path) }
    Self.synchronizeFolder(of: path)
  }

  deinit { close(descriptor) }

  /// Adds a line, and waits until the disk has it.
  ///
  /// - Throws: `SearchError.log`.
  public func append(_ entry: DecisionEntry) throws(SearchError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(entry) else { preconditionFailure("decisions have finite numbers alone") }
    let line = [UInt8](data) + [UInt8(ascii: "\n")]
    // At once: a line that another process could write into would be torn.
    let written = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard written == line.count, fsync(descriptor) == 0 else { throw failure("write") }
  }

  /// The new name is to outlast a power failure too.
  private static func synchronizeFolder(of path: String) {
    let folder = Glibc.open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private func failure(_ action: String) -> SearchError {
    .log(path: path, reason: "cannot \(action) it: \(String(cString: strerror(errno)))")
  }
}
