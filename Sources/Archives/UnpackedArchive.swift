/// What came out of an archive, and what did not.
public struct UnpackedArchive: Hashable, Sendable {
  /// An entry that is none of the files that were written.
  public struct LeftOut: Hashable, Sendable, CustomStringConvertible {
    /// As the archive calls it, safe to show.
    public let entry: String
    public let reason: Reason

    /// One line.
    public var description: String { "\(entry): \(reason.rawValue)" }
  }

  public enum Reason: String, Hashable, Sendable, CaseIterable {
    case symbolicLink = "a symbolic link"
    case hardLink = "a hard link"
    case special = "a device, a pipe or a socket"
    case nestedArchive = "an archive within the archive, which is not unpacked"
    case unreadableName = "its name cannot be read"
    case blocked = "a file lies where its folder should be"
  }

  /// A file that got a name of its own because another one had it already.
  public struct Renamed: Hashable, Sendable, CustomStringConvertible {
    /// As the archive calls it, safe to show.
    public let entry: String
    public let name: String

    /// One line.
    public var description: String { "\(entry): another file has that name, so it is kept as \(name)" }
  }

  public let format: ArchiveFormat
  /// The folder that holds the class folders: the one unpacked into, or one below it that holds everything.
  public var root: String
  /// Files that were written.
  public var files = 0
  /// Bytes of the files, holes in them included.
  public var bytes = 0
  /// The first `noteLimit` of them.
  public var leftOut: [LeftOut] = []
  public var leftOutCount = 0
  /// The first `noteLimit` of them.
  public var renamed: [Renamed] = []
  public var renamedCount = 0
  /// Hidden files and what systems leave beside photos, such as `__MACOSX` and `Thumbs.db`.
  public var hiddenCount = 0

  /// How many entries are named.
  public static let noteLimit = 100

  init(format: ArchiveFormat, root: String) {
    self.format = format
    self.root = root
  }

  mutating func leaveOut(_ entry: String, _ reason: Reason) {
    leftOutCount += 1
    if leftOut.count < Self.noteLimit { leftOut.append(LeftOut(entry: entry, reason: reason)) }
  }

  mutating func add(_ file: Renamed) {
    renamedCount += 1
    if renamed.count < Self.noteLimit { renamed.append(file) }
  }
}
