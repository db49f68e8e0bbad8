/// libarchive keeps the whole central directory of a zip in memory before it gives the first entry. How many entries that
/// are can be bounded from outside: each begins with a signature.
enum ZipEntryCount {
  private static let signature: [UInt8] = [0x50, 0x4B, 0x01, 0x02]
  /// The shortest header of the central directory (APPNOTE.TXT 4.3.12).
  private static let headerBytes = 46
  /// The signature may also stand in zips that lie in the zip as they are; these few hundred bytes an entry do no harm.
  private static let leeway = 4
  private static let pieceSize = 1 << 20

  /// - Throws: `ArchiveError.tooManyEntries`, `.unreadable`.
  static func check(_ file: borrowing InputFile, limits: ArchiveLimits) throws(ArchiveError) {
    let limit = limits.entries * leeway
    // Most files are too short to hold so many.
    guard file.byteCount / headerBytes > limit else { return }
    var count = 0
    var offset = 0
    while offset < file.byteCount && count <= limit {
      let piece = try file.read(count: pieceSize, at: offset)
      count += occurrences(in: piece)
      // A signature may lie across two pieces.
      offset += max(piece.count - signature.count + 1, 1)
    }
    guard count <= limit else { throw .tooManyEntries(limit: limits.entries) }
  }

  private static func occurrences(in piece: [UInt8]) -> Int {
    piece.withUnsafeBufferPointer { bytes in
      var count = 0
      for start in 0..<max(bytes.count - 3, 0) where bytes[start] == signature[0] {
        if bytes[start + 1] == signature[1], bytes[start + 2] == signature[2], bytes[start + 3] == signature[3] {
          count += 1
        }
      }
      return count
    }
  }
}
