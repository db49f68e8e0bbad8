/// How much an archive may hold.
public struct ArchiveLimits: Hashable, Sendable {
  /// Files and folders together.
  public var entries: Int
  /// Bytes of one file, unpacked.
  public var fileBytes: Int
  /// Bytes of all files, unpacked.
  public var totalBytes: Int
  /// Folders within folders.
  public var depth: Int

  public init(entries: Int = 100_000, fileBytes: Int = 256 << 20, totalBytes: Int = 20 << 30, depth: Int = 8) {
    self.entries = entries
    self.fileBytes = fileBytes
    self.totalBytes = totalBytes
    self.depth = depth
  }
}
