public import Foundation

/// The data of a run: the training images, and the validation and test images that are kept apart from them.
public struct DataSource: Sendable {
  /// The kind of storage. The raw value names it in messages.
  public enum Kind: String, Sendable, CaseIterable {
    /// A folder with one folder of images for each class, as torchvision's `ImageFolder`, or with such folders in
    /// `train`, `validation` and `test`.
    case classFolders = "class folders"
    /// A folder of IDX files, as MNIST and Fashion-MNIST are published.
    case idx = "IDX files"
    /// A folder of the binary files of CIFAR-10 or CIFAR-100.
    case cifar = "CIFAR's binary files"
    /// A CSV file of paths and labels, optionally with a split.
    case table = "CSV table"
  }

  /// The kind of storage of the data.
  public let kind: Kind
  /// The images to learn from.
  public var training: any DataSet
  /// The images for choices such as early stopping; `nil` if the data have no validation set and none was held out.
  public var validation: (any DataSet)?
  /// The images for the final evaluation; `nil` if the data have no test set.
  public var test: (any DataSet)?
  /// The files that were left out, each with its path below the data's folder and the reason. They are files in class
  /// folders whose names are not those of images, and other files of an archive.
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

  /// Recognises the kind of storage and opens the data. Images in files are not read, only listed.
  ///
  /// - Parameters:
  ///   - location: a folder, or a file whose name ends in `.csv`.
  ///   - labelsFile: the names of the classes, one a line in the order of the outputs. By default the names follow
  ///     from the data.
  /// - Returns: the opened sets, with a training set at least.
  /// - Throws: `DataSetError` if the data are of no accepted kind or are malformed. `UnreadableFile` if a file cannot
  ///   be read.
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

  /// Holds out some training images as a validation set. `HoldOut.count(0)` changes nothing.
  ///
  /// - Parameters:
  ///   - holdOut: the number or share of images for validation.
  ///   - seed: the seed of the run.
  /// - Returns: the same data with a smaller training set and a validation set.
  /// - Throws: `DataSetError.holdOut` if so many images cannot be held out, or if the data have their own validation
  ///   set.
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

  /// The SHA-256, in hexadecimal, of the fingerprints of the training, validation and test sets.
  ///
  /// - Throws: `UnreadableFile` if a file cannot be read.
  public func fingerprint() throws -> String {
    Fingerprint.digest([
      try training.fingerprint(), try validation?.fingerprint() ?? "none", try test?.fingerprint() ?? "none",
    ])
  }
}
