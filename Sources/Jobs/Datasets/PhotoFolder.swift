import Archives
import Glibc

/// The folder that a form's files go to: by the same rules as an archive's.
///
/// Not to be used by two tasks at a time.
final class PhotoFolder {
  private var folder: UnpackingFolder
  private var file: UnpackedFile?
  private(set) var files = 0
  /// What was not written down, or under another name.
  private(set) var notes = IntakeNotes()

  init(_ path: String) throws(JobError) {
    do throws(ArchiveError) {
      folder = try UnpackingFolder(path)
    } catch {
      throw JobError(error)
    }
  }

  deinit { end() }

  /// - Parameter name: a path below the folder, as browsers send it.
  /// - Throws: `JobError.upload` for a name that is none, `.storage`.
  func begin(_ name: String) throws(JobError) {
    end()
    let limits = ArchiveLimits()
    switch EntryPath(Array(name.utf8), in: .zip) {
    case .below(let path) where path.count >= 2:
      guard path.count - 1 <= limits.depth else {
        throw .upload(problem: "\(Self.shown(name)) lies more than \(limits.depth) folders deep", accepted: [])
      }
      guard files < limits.entries else {
        throw .upload(problem: "there are more than \(limits.entries) files", accepted: [])
      }
      try make(path, name)
    // What systems leave beside photos: nobody means to hand it in.
    case .hidden: break
    case .unseenInFolder:
      throw .upload(problem: "\(ArchiveError.unseenInFolder(entry: Self.readable(name)))", accepted: [])
    case .below, .leadsOut, .nameless:
      throw .upload(
        problem: "\(Self.shown(name)) is no name of a photo in a folder of its class",
        accepted: ["CLASS/FILE, for example cats/1.jpg"])
    }
  }

  private func make(_ path: [String], _ name: String) throws(JobError) {
    do throws(ArchiveError) {
      switch try folder.makeFile(path) {
      case .made(let made):
        file = made
        files += 1
        if let renamed = made.renamed(Self.readable(name)) { notes.renamed.add(renamed.description) }
      case .blocked: notes.ignored.add("\(Self.readable(name)): \(UnpackedArchive.Reason.blocked.rawValue)")
      }
    } catch {
      throw JobError(error)
    }
  }

  private static func shown(_ name: String) -> String { name.isEmpty ? "an empty name" : "\"\(readable(name))\"" }

  private static func readable(_ name: String) -> String { EntryPath.readable(Array(name.utf8), in: .zip) }

  /// Whether what comes is written; nothing is of a file that was left out.
  var isWriting: Bool { file != nil }

  /// Adds to the file that was begun last.
  func append(_ piece: ArraySlice<UInt8>) throws {
    guard let file else { return }
    try StoredFiles.append(piece, to: file.descriptor, named: "a photo of the upload")
  }

  func end() {
    if let file { close(file.descriptor) }
    file = nil
  }
}
