import CIntrinsics
import Foundation

/// A version of a model while it is written: under a hidden name, until one step puts it where servers look.
///
/// Whatever ends the program, and whenever, the repository then holds the model as it was or the whole new one. A program
/// that was killed leaves a folder `.import-...` behind, which nobody reads.
struct StagedVersion {
  /// Where to write the version's files.
  let directory: URL
  /// All that is staged: of a new model the model's folder too, lest one be seen that has no version.
  private let staging: URL
  /// `NAME/VERSION`.
  private let target: URL

  private var model: URL { target.deletingLastPathComponent() }
  private var isOfNewModel: Bool { directory != staging }

  init(for target: URL) throws {
    self.target = target
    let model = target.deletingLastPathComponent()
    let isNew = !FileManager.default.fileExists(atPath: model.path)
    staging = (isNew ? model.deletingLastPathComponent() : model)
      .appendingPathComponent(".import-\(UUID().uuidString)", isDirectory: true)
    directory = isNew ? staging.appendingPathComponent(target.lastPathComponent, isDirectory: true) : staging
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  /// Puts it into its place; a version that is there already is replaced.
  func publish() throws {
    let manager = FileManager.default
    if isOfNewModel { return try manager.moveItem(at: staging, to: model) }
    guard manager.fileExists(atPath: target.path) else { return try manager.moveItem(at: staging, to: target) }
    if convserve_exchange_paths(staging.path, target.path) != 0 {
      // Not every file system can exchange two folders; there the version is away for a moment.
      try manager.removeItem(at: target)
      return try manager.moveItem(at: staging, to: target)
    }
    // It is the old version now.
    discard()
  }

  func discard() { try? FileManager.default.removeItem(at: staging) }
}
