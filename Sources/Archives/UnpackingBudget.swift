/// Counts what comes out of an archive while it comes out: what headers say about sizes is not to be trusted.
struct UnpackingBudget {
  private let limits: ArchiveLimits
  private let archiveBytes: Int
  private var entries = 0
  /// Of the entries that are complete.
  private var finished = 0

  init(_ limits: ArchiveLimits, archiveBytes: Int) {
    self.limits = limits
    self.archiveBytes = archiveBytes
  }

  /// - Throws: `ArchiveError.tooManyEntries`.
  mutating func countEntry() throws(ArchiveError) {
    entries += 1
    guard entries <= limits.entries else { throw .tooManyEntries(limit: limits.entries) }
  }

  /// Whether the entry in hand may be so long.
  ///
  /// - Throws: `ArchiveError.fileTooLarge`, `.tooLarge`, `.ratioTooHigh`.
  func check(length: Int, of name: String) throws(ArchiveError) {
    guard length <= limits.fileBytes else { throw .fileTooLarge(entry: name, limit: limits.fileBytes) }
    try check(total: finished + length)
  }

  /// Takes the entry in hand as complete.
  mutating func finish(length: Int) { finished += length }

  /// - Throws: `ArchiveError.tooLarge`, `.ratioTooHigh`.
  func check(total: Int) throws(ArchiveError) {
    guard total <= limits.totalBytes else { throw .tooLarge(limit: limits.totalBytes) }
    guard total <= limits.ratioFloor || total / limits.ratio <= archiveBytes else {
      throw .ratioTooHigh(limit: limits.ratio)
    }
  }

  func check(depth: Int, of name: String) throws(ArchiveError) {
    guard depth <= limits.depth else { throw .tooDeep(entry: name, limit: limits.depth) }
  }
}
