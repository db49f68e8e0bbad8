import Archives
import Foundation
import ModelServing

/// An archive of photos, unpacked into a folder of its own: either as a whole or not at all, whenever the process ends.
struct PhotoArchive {
  /// The folder with the class folders.
  let root: URL
  /// What was not unpacked, and why, a line each.
  let leftOut: [String]
  /// What has another name now, and which, a line each.
  let renamed: [String]

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
    leftOut = try Self.readNotes(.leftOut, done)
    renamed = try Self.readNotes(.renamed, done)
  }

  /// A name that changes with the archive.
  private static func key(_ archive: URL) throws(PhotoSourceError) -> String {
    var status = stat()
    guard stat(archive.path, &status) == 0 else { throw .nothingThere(path: archive.path) }
    return "unpacked-\(status.st_size)-\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }

  private static func files(_ folder: URL) -> URL { folder.appendingPathComponent("files", isDirectory: true) }

  /// Files beside the photos that say what became of others.
  private enum Notes: String {
    case leftOut = "left-out.txt"
    case renamed = "renamed.txt"

    func file(_ folder: URL) -> URL { folder.appendingPathComponent(rawValue) }

    func write(_ notes: [String], count: Int, _ folder: URL) throws {
      let more = count - notes.count
      let lines = notes + (more > 0 ? ["and \(more) more in the archive"] : [])
      try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file(folder))
    }
  }

  /// The folder gets its name when all is in it.
  private static func unpack(_ archive: URL, to done: URL, isStopping: @escaping () -> Bool) throws {
    let partial = done.appendingPathExtension("partial")
    try? FileManager.default.removeItem(at: partial)
    do {
      try FileManager.default.createDirectory(at: files(partial), withIntermediateDirectories: true)
      let unpacked = try ArchiveUnpacker.unpack(archive.path, into: files(partial).path, isStopping: isStopping)
      try Notes.leftOut.write(unpacked.leftOut.map(\.description), count: unpacked.leftOutCount, partial)
      try Notes.renamed.write(unpacked.renamed.map(\.description), count: unpacked.renamedCount, partial)
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

  private static func readNotes(_ notes: Notes, _ folder: URL) throws(UnreadableFile) -> [String] {
    let text = String(decoding: try Data(readingFrom: notes.file(folder)), as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }
}
