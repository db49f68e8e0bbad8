/// Why an archive was not unpacked. Names of entries are safe to show: `EntryPath.readable`.
public enum ArchiveError: Error, Hashable, Sendable {
  /// The archive's own file cannot be opened or read.
  case unreadable(path: String, reason: String)
  case notAnArchive(path: String)
  /// Something compressed that is no tar.
  case notATar(format: ArchiveFormat)
  /// Compressed more than once, such as a tar.gz.gz.
  case compressedTwice(format: ArchiveFormat)
  /// No file to unpack in it; `leftOut` entries are of kinds that are never unpacked.
  case empty(leftOut: Int)
  case encrypted(entry: String)
  /// The end of the archive is missing.
  case cutOff(format: ArchiveFormat)
  /// Its bytes make no sense; `entry` is where, if that is known.
  case damaged(entry: String?, reason: String)
  /// An entry whose path leads out of the folder.
  case pathLeadsOut(entry: String)
  /// A folder, which may be a class, with a control character or a line's end in its name.
  case unseenInFolder(entry: String)
  case tooManyEntries(limit: Int)
  case tooManyFolders(limit: Int)
  case fileTooLarge(entry: String, limit: Int)
  case tooLarge(limit: Int)
  /// What comes out is so many times larger than the archive that it can only be meant to fill a disk.
  case ratioTooHigh(limit: Int)
  case tooDeep(entry: String, limit: Int)
  /// The folder to unpack into holds something already.
  case folderNotEmpty(path: String)
  /// The folder to unpack into cannot be written to.
  case unwritable(path: String, reason: String)
  case diskFull(path: String)
  /// Whoever asked for it has no room for what comes out.
  case noRoom
  /// Whoever asked for it does not want it any more.
  case stopped
}

extension ArchiveError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .notAnArchive(let path): "\(path) is no archive that can be unpacked; accepted: \(ArchiveFormat.accepted)"
    case .notATar(let format): "the archive looks like a \(format), but no tar comes out of it"
    case .compressedTwice(let format): "the archive is compressed more than once; accepted is a plain \(format)"
    case .empty(0): "the archive holds no files"
    case .empty(let leftOut): "the archive holds no files but \(leftOut) that are hidden, links or archives themselves"
    case .encrypted(let entry): "the archive is encrypted (\(entry)); make one without a password"
    case .cutOff(let format): "the \(format) ends too early: it seems to be cut off"
    case .damaged(let entry?, let reason): "the archive is damaged at \(entry): \(reason)"
    case .damaged(nil, let reason): "the archive is damaged: \(reason)"
    case .pathLeadsOut(let entry): "the archive holds \"\(entry)\", whose path leads out of it; no name may be \"..\""
    case .unseenInFolder(let entry):
      "\"\(entry)\" lies in a folder whose name has a line break or another control character (shown as _): rename the folder"
    case .tooManyEntries(let limit): "the archive holds more than \(limit) files and folders"
    case .tooManyFolders(let limit): "there are more than \(limit) folders"
    case .fileTooLarge(let entry, let limit): "\(entry) in the archive is larger than \(limit) bytes"
    case .tooLarge(let limit): "the archive unpacks to more than \(limit) bytes"
    case .ratioTooHigh(let limit): "the archive unpacks to more than \(limit) times its own size, as no photos do"
    case .tooDeep(let entry, let limit): "\(entry) in the archive lies more than \(limit) folders deep"
    case .folderNotEmpty(let path): "\(path) is not empty; archives are unpacked into empty folders only"
    case .unwritable(let path, let reason): "cannot write to \(path): \(reason)"
    case .diskFull(let path): "the disk of \(path) is full"
    case .noRoom: "there is no room for what the archive unpacks to"
    case .stopped: "unpacking was stopped"
    }
  }
}
