public import Foundation

/// The data of a run: what is learned from, and what is kept apart from it.
public struct DataSource: Sendable {
  /// How data are stored.
  public enum Kind: String, Sendable, CaseIterable {
    case classFolders = "class folders"
    case idx = "IDX files"
    case cifar = "CIFAR's binary files"
    case table = "CSV table"
  }

  public let kind: Kind
  public var training: any DataSet
  /// What the data themselves set apart for choices.
  public var validation: (any DataSet)?
  /// Never mixed with the others.
  public var test: (any DataSet)?
  /// What was left out, each by its path below the data's folder and with the reason: files in class folders that are no images
  /// by their names, and what an archive held besides.
  public var ignoredFiles: [String] = []
  /// What an archive held under a name that another of its files has, each with the name that it has now.
  public var renamedFiles: [String] = []

  init(kind: Kind, sets: [SplitName: any DataSet], path: String, ignoredFiles: [String] = []) throws(DataSetError) {
    guard let training = sets[.training] else {
      throw .unknownKind(path: path, found: "\(kind.rawValue) without anything to train with")
    }
    self.kind = kind
    self.training = training
    validation = sets[.validation]
    test = sets[.test]
    self.ignoredFiles = ignoredFiles
  }

  /// Finds out how the data are stored, and opens them; of files no more is read than their names.
  ///
  /// - Parameter labelsFile: names of the classes, one a line in the order of the outputs.
  /// - Throws: `DataSetError`, `UnreadableFile`.
  public static func open(_ location: URL, labelsFile: URL? = nil) throws -> DataSource {
    let labels = try labelsFile.map(ClassList.init(file:))
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: location.path, isDirectory: &isFolder) else {
      throw DataSetError.unknownKind(path: location.path, found: "there is nothing of that name")
    }
    guard isFolder.boolValue else {
      guard location.pathExtension.lowercased() == "csv" else {
        throw DataSetError.unknownKind(
          path: location.path,
          found: "it is a file whose name does not end in .csv; an archive has to be unpacked first, as "
            + "`convserve adapt` does with a zip or tar")
      }
      return try ImageTable.open(location, labels: labels)
    }
    let contents = try FolderContents(location)
    if let files = IDXFiles(contents) { return try files.open(labels: labels) }
    if let files = CIFARFiles(contents) { return try files.open(labels: labels) }
    if !contents.folders.isEmpty { return try ClassFolders.open(contents, labels: labels) }
    throw DataSetError.unknownKind(path: location.path, found: contents.summary)
  }

  /// Keeps some training images for validation.
  ///
  /// - Throws: `DataSetError.holdOut` where too many are to be held out, or the data have a validation set of their
  ///   own.
  public func holdingOut(_ holdOut: HoldOut, seed: UInt64) throws(DataSetError) -> DataSource {
    if holdOut == .count(0) { return self }
    guard validation == nil else {
      throw .holdOut(
        place: training.name,
        problem: "the data have a validation set of their own, so that nothing can be held out besides")
    }
    var source = self
    let parts = try training.split(holdOut, seed: seed)
    (source.training, source.validation) = (parts.training, parts.validation)
    return source
  }

  /// A SHA-256 in hexadecimal of all data: training, validation and test.
  ///
  /// - Throws: `UnreadableFile`.
  public func fingerprint() throws -> String {
    Fingerprint.digest([
      try training.fingerprint(), try validation?.fingerprint() ?? "none", try test?.fingerprint() ?? "none",
    ])
  }
}
