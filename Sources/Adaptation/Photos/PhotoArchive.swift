import Archives
import Foundation
import ModelServing

/// An archive of photos, unpacked into a folder of its own: either as a whole or not at all, whenever the process ends.
struct PhotoArchive {
  /// The folder with the class folders.
  let root: URL
  /// What was not unpacked, and why, a line each.
  let leftOut: [String]

  /// Unpacks it, unless that was done before.
  ///
  /// - Parameter folder: may hold what other archives, or this one, were unpacked to.
  /// - Throws: `PhotoSourceError`, `UnreadableFile`.
  init(_ archive: URL, in folder: URL, isStopping: @escaping () -> Bool) throws {
    let done = folder.appendingPathComponent(try Self.key(archive), isDirectory: true)
    if !FileManager.default.fileExists(atPath: done.path) {
      try Self.unpack(archive, to: done, isStopping: isStopping)
    }
    root = URL(fileURLWithPath: ClassRoot.find(in: Self.files(done).path), isDirectory: true)
    leftOut = try Self.readNotes(done)
  }

  /// A name that changes with the archive.
  private static func key(_ archive: URL) throws(PhotoSourceError) -> String {
    var status = stat()
    guard stat(archive.path, &status) == 0 else { throw .nothingThere(path: archive.path) }
    return "photos-\(status.st_size)-\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }

  private static func files(_ folder: URL) -> URL { folder.appendingPathComponent("files", isDirectory: true) }
  private static func notes(_ folder: URL) -> URL { folder.appendingPathComponent("left-out.txt") }

  /// The folder gets its name when all is in it.
  private static func unpack(_ archive: URL, to done: URL, isStopping: @escaping () -> Bool) throws {
    let partial = done.appendingPathExtension("partial")
    try? FileManager.default.removeItem(at: partial)
    do {
      try FileManager.default.createDirectory(at: files(partial), withIntermediateDirectories: true)
      let unpacked = try ArchiveUnpacker.unpack(archive.path, into: files(partial).path, isStopping: isStopping)
      try Data(lines(unpacked).utf8).write(to: notes(partial))
      try FileManager.default.moveItem(at: partial, to: done)
    } catch {
      try? FileManager.default.removeItem(at: partial)
      throw problem(error, archive, done)
    }
  }

  private static func problem(_ error: any Error, _ archive: URL, _ folder: URL) -> PhotoSourceError {
    switch error {
    case ArchiveError.stopped: .stopped
    case let error as ArchiveError: .archive(path: archive.path, error)
    default: .archive(path: archive.path, .unwritable(path: folder.path, reason: describe(error)))
    }
  }

  private static func lines(_ unpacked: UnpackedArchive) -> String {
    let more = unpacked.leftOutCount - unpacked.leftOut.count
    let lines = unpacked.leftOut.map(\.description) + (more > 0 ? ["and \(more) more in the archive"] : [])
    return lines.map { $0 + "\n" }.joined()
  }

  private static func readNotes(_ folder: URL) throws(UnreadableFile) -> [String] {
    let text = String(decoding: try Data(readingFrom: notes(folder)), as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }
}
