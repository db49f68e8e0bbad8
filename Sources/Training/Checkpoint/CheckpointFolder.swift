import Foundation
import Glibc
import ModelServing
import NetworkGraph
import Synchronization
import WeightFormats

/// `MODELS/.training/NAME`: where a run keeps its checkpoint, in one file that is replaced whole.
///
/// A new checkpoint is written under another name, flushed to disk and renamed over the former one, and then the folder is
/// flushed (`SafetensorsWriter`): whenever the program is killed, there is the former one or the new one.
public final class CheckpointFolder: Sendable {
  public let directory: URL
  /// Held as long as this object lives, so that two runs of one name do not meet.
  private let lock: Mutex<FileLock?>

  static let fileName = "checkpoint.safetensors"
  static let lockName = "lock"

  var file: URL { directory.appendingPathComponent(Self.fileName) }

  /// - Parameters:
  ///   - models: the model repository's directory.
  ///   - name: the model's name, which the repository has accepted.
  public convenience init(models: URL, name: String) {
    self.init(
      models.appendingPathComponent(".training", isDirectory: true).appendingPathComponent(name, isDirectory: true))
  }

  /// - Parameter directory: a folder of the run's own, which is made when it is opened.
  public init(_ directory: URL) {
    self.directory = directory
    lock = Mutex(nil)
  }

  /// Makes the folder, keeps other runs out of it, and clears away what a killed one had not finished writing.
  ///
  /// - Throws: `CheckpointError.inUse`, `UnwritableFile`.
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

  /// Whether there is a checkpoint.
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

  /// Takes the folder away, when what the run made is in its place.
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
