import CIntrinsics
import Foundation

/// A version of a model while it is written. It has a hidden name, until one rename puts it where servers look.
///
/// Whenever the program ends, the repository holds either the former state or the whole new version. A program that
/// was killed leaves a folder `.import-...` behind, which no reader opens.
struct StagedVersion {
  /// Where to write the version's files.
  let directory: URL
  /// All that is staged: of a new model the model's folder too, lest one be seen that has no version.
  private let staging: URL
  /// `NAME`.
  private let model: URL

  private var isOfNewModel: Bool { directory != staging }

  /// - Parameter model: the model's folder, whether or not it is there.
  init(of model: URL) throws {
    self.model = model
    let isNew = !FileManager.default.fileExists(atPath: model.path)
    staging = (isNew ? model.deletingLastPathComponent() : model)
      .appendingPathComponent(".import-\(UUID().uuidString)", isDirectory: true)
    directory = isNew ? staging.appendingPathComponent("1", isDirectory: true) : staging
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  /// Moves the version to its place: the number of the newest version, or the number after it.
  ///
  /// - Parameter prepare: called before each attempt, with the number that the version would get.
  /// - Returns: the number of the version.
  func publish(replacingNewest: Bool, preparing prepare: (Int) throws -> Void = { _ in }) throws -> Int {
    if isOfNewModel {
      try prepare(1)
      // If another process has made the model meanwhile, this becomes a version of it.
      if try Self.rename(staging, to: model) { return 1 }
    }
    defer { discard() }
    // Another process may take the same number first. A hundred times in a row is not plausible.
    for _ in 0..<100 {
      let newest = newestVersion
      let isReplacing = replacingNewest && newest > 0
      try prepare(isReplacing ? newest : newest + 1)
      if isReplacing {
        try exchange(with: folder(newest))
        return newest
      }
      if try Self.rename(directory, to: folder(newest + 1)) { return newest + 1 }
    }
    throw ModelRepositoryError.contended(path: model.path)
  }

  func discard() { try? FileManager.default.removeItem(at: staging) }

  private func folder(_ version: Int) -> URL { model.appendingPathComponent(String(version), isDirectory: true) }

  /// The highest number that is taken, also by a folder that is no complete version; 0 if there is none.
  private var newestVersion: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: model.path)) ?? []
    return names.compactMap(ModelRepository.version).max() ?? 0
  }

  /// Takes a version's place; it is what `directory` holds then.
  private func exchange(with target: URL) throws {
    if convserve_exchange_paths(directory.path, target.path) == 0 { return }
    // Not every file system can exchange two folders; there the version is away for a moment.
    try FileManager.default.removeItem(at: target)
    try FileManager.default.moveItem(at: directory, to: target)
  }

  /// Renames a folder; `false` if the target exists. The system itself refuses then, so a version that another
  /// process has just made is not overwritten.
  private static func rename(_ source: URL, to target: URL) throws -> Bool {
    if Glibc.rename(source.path, target.path) == 0 { return true }
    if errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR { return false }
    throw UnwritableFile(path: target.path, reason: String(cString: strerror(errno)))
  }
}
