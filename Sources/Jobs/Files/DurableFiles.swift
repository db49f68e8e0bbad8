import CProcesses
import Glibc

/// What makes a change of files outlast a power failure: written, synchronised, renamed, and the folder of the name synchronised.
enum DurableFiles {
  /// Waits until a folder's names are on the disk.
  static func synchronize(folder path: String) throws {
    try withDescriptor(of: path) { descriptor in
      guard fsync(descriptor) == 0 else { throw JobError.system("synchronise \(path)") }
    }
  }

  /// Waits for everything on the file system of a folder: for thousands of photos one call is quicker than one for each.
  static func synchronizeAll(around path: String) throws {
    try withDescriptor(of: path) { descriptor in
      guard convserve_sync_file_system(descriptor) == 0 else { throw JobError.system("synchronise \(path)") }
    }
  }

  /// Writes a file that is there as a whole or not at all.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let draft = path + ".new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw JobError.system("make \(draft)") }
    defer { close(descriptor) }
    do {
      try append(bytes[...], to: descriptor, named: draft)
      guard fsync(descriptor) == 0 else { throw JobError.system("synchronise \(draft)") }
      try move(draft, to: path)
    } catch {
      unlink(draft)
      throw error
    }
  }

  /// Renames, and waits until the new name is on the disk.
  static func move(_ from: String, to: String) throws {
    guard rename(from, to) == 0 else { throw JobError.system("rename \(from) to \(to)") }
    try synchronize(folder: String(to[..<(to.lastIndex(of: "/") ?? to.endIndex)]))
  }

  static func append(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, named path: String) throws {
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while let base = buffer.baseAddress, done < buffer.count {
        let written = Glibc.write(descriptor, base + done, buffer.count - done)
        if written < 0 && errno == EINTR { continue }
        guard written >= 0 else { throw JobError.system("write \(path)") }
        done += written
      }
    }
  }

  private static func withDescriptor(of path: String, _ body: (Int32) throws -> Void) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw JobError.system("open \(path)") }
    defer { close(descriptor) }
    try body(descriptor)
  }
}
