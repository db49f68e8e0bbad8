import Foundation
import ModelServing

/// A folder with a folder of images for each class, as torchvision's `ImageFolder`, or with one such folder for each
/// use.
///
/// The folders' names are the classes, in the order of their bytes unless a file of labels gives another. Hidden files
/// are left out, and so are files that are no images by their names, which are named in `DataSource.ignoredFiles`. A
/// class may have folders within.
enum ClassFolders {
  /// Folders within folders: more than anybody needs, and the end of links that lead in circles.
  static let maximumDepth = 8

  /// - Throws: `DataSetError`, `UnreadableFile`.
  static func open(_ contents: FolderContents, labels: ClassList?) throws -> DataSource {
    let splits = try splits(contents)
    let root = splits[.training] ?? contents
    let classes = try labels ?? ClassList(root.folders.map { ClassLabel(name: $0) }, place: root.url.path)
    var sets: [SplitName: any DataSet] = [:]
    var ignored: [String] = []
    for (use, folder) in splits.isEmpty ? [.training: contents] : splits {
      let listing = try ClassListing(
        folder, path: splits.isEmpty ? "" : folder.url.lastPathComponent + "/", classes: classes)
      // Of data that are only to be judged by, a class may be absent.
      if use == .training { try listing.requireImagesOfAll(classes, in: folder) }
      guard !listing.entries.isEmpty else { throw DataSetError.noImages(place: folder.url.path) }
      ignored += listing.ignored
      sets[use] = FileDataSet(
        name: folder.url.path, classes: classes.labels, folder: folder.url, entries: listing.entries)
    }
    return try DataSource(
      kind: .classFolders, sets: sets, path: contents.url.path, ignoredFiles: ignored.sorted { $0.precedes($1) })
  }

  /// The folders for each use, if all folders are such: a class may well be called "train" or "test".
  private static func splits(_ contents: FolderContents) throws -> [SplitName: FolderContents] {
    let names = contents.folders.map { (name: $0, split: SplitName($0)) }
    guard names.allSatisfy({ $0.split != nil }), names.contains(where: { $0.split == .training }) else { return [:] }
    var splits: [SplitName: FolderContents] = [:]
    for (name, split) in names {
      guard let split else { continue }
      let folder = try FolderContents(contents.url.appendingPathComponent(name))
      // Images straight inside: the folders are classes after all.
      if folder.folders.isEmpty { return [:] }
      guard splits.updateValue(folder, forKey: split) == nil else {
        throw DataSetError.severalSets(path: contents.url.path, use: split.rawValue, names: contents.folders)
      }
    }
    return splits
  }
}

/// The images of all class folders.
private struct ClassListing {
  private(set) var entries: [FileDataSet.Entry] = []
  private(set) var ignored: [String] = []
  private var counts: [Int]
  /// Of the root below the data's folder, for messages.
  private let rootPath: String

  init(_ root: FolderContents, path: String, classes: ClassList) throws {
    rootPath = path
    counts = [Int](repeating: 0, count: classes.labels.count)
    for name in root.folders {
      let label = try classes.requireIndex(of: name, place: root.url.appendingPathComponent(name).path)
      try add(FolderContents(root.url.appendingPathComponent(name)), path: name, label: label, depth: 1)
    }
  }

  private mutating func add(_ folder: FolderContents, path: String, label: Int, depth: Int) throws {
    guard depth <= ClassFolders.maximumDepth else {
      throw UnreadableFile(
        path: folder.url.path, reason: "more than \(ClassFolders.maximumDepth) folders lie within one another")
    }
    for name in folder.files {
      guard EncodedImageFile.isMeant(byName: name) else {
        ignored.append("\(rootPath)\(path)/\(name): its name is no image's")
        continue
      }
      entries.append(FileDataSet.Entry(path: "\(path)/\(name)", label: Int32(label)))
      counts[label] += 1
    }
    for name in folder.folders {
      let inner = try FolderContents(folder.url.appendingPathComponent(name))
      try add(inner, path: "\(path)/\(name)", label: label, depth: depth + 1)
    }
  }

  func requireImagesOfAll(_ classes: ClassList, in folder: FolderContents) throws(DataSetError) {
    if let empty = counts.firstIndex(of: 0) {
      throw .emptyClass(place: folder.url.path, className: classes.labels[empty].name)
    }
  }
}
