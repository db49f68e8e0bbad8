import Foundation
import Glibc
import ModelServing

/// Files that are there whole or not at all, whenever the program or the machine stops.
enum SafeFile {
  /// Writes beside the file, flushes, renames over it, and flushes the folder.
  ///
  /// - Throws: `UnwritableFile`; what was there before then still is.
  static func write(_ data: Data, to file: URL) throws(UnwritableFile) {
    let temporary = file.appendingPathExtension("tmp")
    do {
      try data.write(to: temporary)
      let handle = try FileHandle(forUpdating: temporary)
      try handle.synchronize()
      try handle.close()
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw UnwritableFile(path: file.path, reason: describe(error))
    }
    guard rename(temporary.path, file.path) == 0 else {
      throw UnwritableFile(path: file.path, reason: String(cString: strerror(errno)))
    }
    let folder = open(file.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }
}
