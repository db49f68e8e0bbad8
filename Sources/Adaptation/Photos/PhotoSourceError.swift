public import Archives

/// Why there are no photos to learn from.
public enum PhotoSourceError: Error, Hashable, Sendable {
  /// No file or folder of that name.
  case nothingThere(path: String)
  /// A file that is neither a CSV nor an archive.
  case unknownFile(path: String)
  /// An archive that was not unpacked.
  case archive(path: String, ArchiveError)
  /// A folder without folders; `found` says what it holds.
  case noClassFolders(path: String, found: String)
  /// Class folders without a single image.
  case noImages(path: String)
  /// Nothing to tell apart.
  case oneClass(path: String, className: String)
  /// A class that cannot be divided.
  case tooFewImages(path: String, className: String, count: Int)
  /// Files that a CSV names; the first few by name.
  case missingFiles(path: String, count: Int, of: Int, first: [String])
  /// What else is wrong with what an archive holds, told by the archive's name.
  case unusable(problem: String)
  /// Whoever asked for it does not want it any more.
  case stopped
}

extension PhotoSourceError: CustomStringConvertible {
  /// Every form that photos may have.
  public static let accepted =
    "a folder with a folder of images for each class, an archive of such folders (\(ArchiveFormat.accepted)), "
    + "or a CSV file of paths and labels"

  public var description: String {
    switch self {
    case .nothingThere(let path): "there is nothing at \(path). Accepted: \(Self.accepted)"
    case .unknownFile(let path): "\(path) is neither an archive nor a CSV file. Accepted: \(Self.accepted)"
    case .archive(let path, let error): "\(path): \(error)"
    case .noClassFolders(let path, let found): "\(path) has no class folders: \(found). Accepted: \(Self.accepted)"
    case .noImages(let path): "\(path) holds no images"
    case .oneClass(let path, let className):
      "\(path) has one class only (\(className)); at least two are needed to tell them apart"
    case .tooFewImages(let path, let className, let count):
      "\(path): the class \"\(className)\" has \(count == 0 ? "no images" : count == 1 ? "one image" : "\(count) images"); "
        + "at least \(PhotoMinimum.ofClass) are needed, to learn from, to choose by and to be judged by"
    case .missingFiles(let path, let count, let total, let first):
      "\(path): \(count) of its \(total) images are not there: " + first.joined(separator: ", ")
        + (count > first.count ? " and \(count - first.count) more" : "")
    case .unusable(let problem): problem
    case .stopped: "stopped"
    }
  }
}
