import Foundation
import Glibc
import ModelServing
import NetworkGraph
import Synchronization
import WeightFormats

/// The folder in which a run keeps its checkpoint, by default `MODELS/.training/NAME`. The checkpoint is one file.
///
/// A new checkpoint is written under another name, flushed to disk and renamed over the former one. Then the folder
/// is flushed (`SafetensorsWriter`). Whenever the program is killed, either the former or the new checkpoint is
/// there.
public final class CheckpointFolder: Sendable {
  /// The folder, whether or not it exists.
  public let directory: URL
  /// Held as long as this object lives, so that two runs of one name do not meet.
  private let lock: Mutex<FileLock?>

  static let fileName = "checkpoint.safetensors"
  static let lockName = "lock"

  var file: URL { directory.appendingPathComponent(Self.fileName) }

  /// The folder of a model's run, `MODELS/.training/NAME`.
  ///
  /// - Parameters:
  ///   - models: the directory of the model repository.
  ///   - name: the name of the model. The repository must have accepted it, because it becomes part of a path.
  public convenience init(models: URL, name: String) {
    self.init(
      models.appendingPathComponent(".training", isDirectory: true).appendingPathComponent(name, isDirectory: true))
  }

  /// A folder for one run alone.
  ///
  /// - Parameter directory: the folder; `open` makes it.
  public init(_ directory: URL) {
    self.directory = directory
    lock = Mutex(nil)
  }

  /// Makes the folder, locks it against other processes, and removes files that a killed run has not finished. The
  /// lock ends with `remove`, with this object or with the process.
  ///
  /// - Throws: `CheckpointError.inUse` if another process holds the lock. `UnwritableFile` if the folder cannot be
  ///   made.
  public func open() throws {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw UnwritableFile(path: directory.path, reason: describe(error))
    }
    let taken = try FileLock(directory.appendingPathComponent(Self.lockName))
    guard let taken else { throw CheckpointError.inUse(path: directory.path) }
    lock.withLock { $0 = taken }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    where name.hasSuffix(".tmp") {
      try? FileManager.default.removeItem(at: directory.appendingPathComponent(name))
    }
  }

  /// Whether the folder holds a checkpoint.
  public var isPresent: Bool { FileManager.default.fileExists(atPath: file.path) }

  /// - Returns: nothing where there is no checkpoint.
  /// - Throws: `CheckpointError.damaged`.
  func load() throws(CheckpointError) -> Checkpoint? {
    guard isPresent else { return nil }
    do {
      let file = try WeightFile.open(path: file.path)
      return try Checkpoint(tensors: file.tensors, metadata: file.metadata)
    } catch {
      throw .damaged(path: file.path, reason: describe(error))
    }
  }

  /// - Throws: `UnwritableFile`; the checkpoint that was there before then still is.
  func save(_ checkpoint: Checkpoint) throws(UnwritableFile) {
    do {
      try SafetensorsWriter.write(checkpoint.tensors, metadata: checkpoint.metadata, to: file.path)
    } catch {
      throw UnwritableFile(path: file.path, reason: Self.reason(error))
    }
  }

  private static func reason(_ error: WeightFormatError) -> String {
    guard case .system(_, let number) = error else { return error.description }
    return String(cString: strerror(number))
  }

  /// Removes the folder with the checkpoint, and releases the lock. A run calls this when its model is published.
  public func remove() {
    try? FileManager.default.removeItem(at: directory)
    lock.withLock { $0 = nil }
    // The folder of all runs, where this was the last.
    rmdir(directory.deletingLastPathComponent().path)
  }
}

/// A lock on a file, which the system takes back when the process ends, however it ends.
private final class FileLock: Sendable {
  private let descriptor: Int32

  /// - Returns: nothing where another process holds it.
  /// - Throws: `UnwritableFile`.
  init?(_ file: URL) throws {
    descriptor = Glibc.open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw UnwritableFile(path: file.path, reason: String(cString: strerror(errno))) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      return nil
    }
  }

  deinit { close(descriptor) }
}
