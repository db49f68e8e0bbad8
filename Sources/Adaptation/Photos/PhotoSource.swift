import Archives
public import Foundation
import ModelServing
public import Training

/// Photos as people have them: a folder with a folder for each class, an archive of such, or a CSV that lists them.
public enum PhotoSource {
  /// Finds out what lies there, by its content, unpacks it where needed, and opens it. Of images no more is read than
  /// their names.
  ///
  /// What an archive held and what was not unpacked is named in `DataSource.ignoredFiles`, what got another name in
  /// `renamedFiles`.
  ///
  /// - Parameters:
  ///   - folder: where an archive is unpacked, made if it is not there. An archive that was unpacked there already is not
  ///     unpacked again, and what a process left that was killed over it is removed.
  ///   - isStopping: asked while an archive is being unpacked; if it says yes, `PhotoSourceError.stopped` is thrown.
  /// - Throws: `PhotoSourceError`, `DataSetError`, `UnreadableFile`.
  public static func open(
    _ location: URL, unpackingInto folder: URL, isStopping: @escaping () -> Bool = { false }
  ) throws -> DataSource {
    let source = try dataSource(location, folder, isStopping)
    try requireTwoClasses(source, path: location.path)
    try requireFiles(source, path: location.path)
    return source
  }

  private static func dataSource(
    _ location: URL, _ folder: URL, _ isStopping: @escaping () -> Bool
  ) throws -> DataSource {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: location.path, isDirectory: &isFolder) else {
      throw PhotoSourceError.nothingThere(path: location.path)
    }
    if isFolder.boolValue { return try opened(location, path: location.path) }
    if try isArchive(location) {
      let archive = try PhotoArchive(location, in: folder, isStopping: isStopping)
      var source = try opened(archive.root, path: location.path)
      source.ignoredFiles += archive.leftOut
      source.renamedFiles = archive.renamed
      return source
    }
    guard location.pathExtension.lowercased() == "csv" else {
      throw PhotoSourceError.unknownFile(path: location.path)
    }
    return try DataSource.open(location)
  }

  private static func isArchive(_ file: URL) throws(PhotoSourceError) -> Bool {
    do {
      return try ArchiveFormat(ofFile: file.path) != nil
    } catch {
      throw .archive(path: file.path, error)
    }
  }

  /// - Parameter path: what the user called it; an archive's photos lie elsewhere.
  private static func opened(_ folder: URL, path: String) throws -> DataSource {
    do throws {
      return try DataSource.open(folder)
    } catch DataSetError.unknownKind(_, let found) {
      throw PhotoSourceError.noClassFolders(path: path, found: found)
    } catch DataSetError.noImages {
      throw PhotoSourceError.noImages(path: path)
    } catch DataSetError.emptyClass(_, let className) {
      throw PhotoSourceError.tooFewImages(path: path, className: className, count: 0)
    } catch let error where folder.path != path && (error is DataSetError || error is UnreadableFile) {
      throw PhotoSourceError.unusable(problem: describe(error).replacing(folder.path, with: path))
    }
  }

  private static func requireTwoClasses(_ source: DataSource, path: String) throws(PhotoSourceError) {
    let names = source.training.classNames
    guard names.count > 1 else { throw .oneClass(path: path, className: names.first ?? "none") }
    if let small = PhotoMinimum.smallClass(AdaptationPhotos(source).classCounts) {
      throw .tooFewImages(path: path, className: names[small.index], count: small.count)
    }
  }

  /// A list may name what is not there; a folder's files are.
  private static func requireFiles(_ source: DataSource, path: String) throws(PhotoSourceError) {
    guard source.kind == .table else { return }
    let sets = [source.training, source.validation, source.test].compactMap { $0 as? FileDataSet }
    let missing = sets.flatMap { set in set.missingFiles().map(set.identifier) }
    guard missing.isEmpty else {
      throw .missingFiles(
        path: path, count: missing.count, of: sets.map(\.count).reduce(0, +), first: Array(missing.prefix(3)))
    }
  }
}
