/// How much an archive may hold.
public struct ArchiveLimits: Hashable, Sendable {
  /// Files and folders together, those that are left out included.
  public var entries: Int
  /// Folders among them, those included that no entry names. Each takes a block of the disk in a place of its own, and a
  /// multiple of a file's time to be made and deleted.
  public var folders: Int
  /// Bytes of one file, unpacked.
  public var fileBytes: Int
  /// Bytes of all files, unpacked, those that are left out included.
  public var totalBytes: Int
  /// Folders within folders.
  public var depth: Int
  /// Bytes that come out for each byte of the archive; it counts from `ratioFloor` on. Photos hardly shrink, while
  /// deflate can blow a byte up to 1,032 and bzip2 to many thousands.
  public var ratio: Int
  /// Bytes that may come out of an archive however small it is: empty drawings do shrink.
  public var ratioFloor: Int

  public init(
    entries: Int = 100_000, folders: Int = 10_000, fileBytes: Int = 256 << 20, totalBytes: Int = 20 << 30,
    depth: Int = 8, ratio: Int = 200,
    ratioFloor: Int = 64 << 20
  ) {
    self.entries = entries
    self.folders = folders
    self.fileBytes = fileBytes
    self.totalBytes = totalBytes
    self.depth = depth
    self.ratio = ratio
    self.ratioFloor = ratioFloor
  }
}
