import CProcesses
import DurableFiles
import Glibc

/// `DurableFile` in this room's words, and what makes many changes outlast a power failure at once.
enum StoredFiles {
  /// Waits for everything on the file system of a folder: for thousands of photos one call is quicker than one for each.
  static func synchronizeAll(around path: String) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw JobError.system("open \(path)") }
    defer { close(descriptor) }
    guard convserve_sync_file_system(descriptor) == 0 else { throw JobError.system("synchronise \(path)") }
  }

  /// Writes a file that is there as a whole or not at all, for the server's user alone.
  static func write(_ bytes: [UInt8], to path: String) throws {
    try inWords { try bytes.withUnsafeBytes { try DurableFile.write($0, to: path, mode: 0o600) } }
  }

  /// Renames, and waits until the new name is on the disk.
  static func move(_ from: String, to: String) throws {
    try inWords { try DurableFile.move(from, to: to) }
  }

  static func append(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, named path: String) throws {
    try inWords { try bytes.withUnsafeBytes { try DurableFile.append($0, to: descriptor, named: path) } }
  }

  private static func inWords(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let failure as FileFailure {
      throw JobError.system("\(failure.call.verb) \(failure.path)", failure.number)
    }
  }
}

extension FileFailure.Call {
  fileprivate var verb: String {
    switch self {
    case .open: "open"
    case .write: "write"
    case .rename: "rename to"
    case .flush: "synchronise"
    }
  }
}
