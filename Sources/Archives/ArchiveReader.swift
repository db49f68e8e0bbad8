import CArchive
import Foundation

/// One thing in an archive, as it is told.
struct ArchiveEntry {
  enum Kind {
    case file, folder, symbolicLink, hardLink
    /// A device, a pipe or a socket.
    case special
  }

  /// Bytes; nothing where libarchive could make no sense of them.
  let name: [UInt8]?
  let kind: Kind
  let isEncrypted: Bool

  init(_ entry: OpaquePointer) {
    name = archive_entry_pathname(entry).map { [UInt8](UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    kind = Self.kind(entry)
    isEncrypted = archive_entry_is_encrypted(entry) != 0
  }

  private static func kind(_ entry: OpaquePointer) -> Kind {
    if archive_entry_hardlink(entry) != nil { return .hardLink }
    return switch archive_entry_filetype(entry) {
    // 0: an old zip does not say.
    case S_IFREG, 0: .file
    case S_IFDIR: .folder
    case S_IFLNK: .symbolicLink
    default: .special
    }
  }
}

/// libarchive with one format and at most one decompression switched on, all within this process.
struct ArchiveReader: ~Copyable {
  /// A piece of an entry, and where in it.
  typealias Block = (bytes: UnsafeRawBufferPointer, offset: Int)

  private let archive: OpaquePointer
  private let format: ArchiveFormat
  private var isBeforeFirstEntry = true

  /// - Parameter file: has to stay open for as long as this is there.
  /// - Throws: `ArchiveError`.
  init(_ file: borrowing InputFile, format: ArchiveFormat) throws(ArchiveError) {
    self.format = format
    // Nothing only where there is no memory for a few hundred bytes.
    archive = archive_read_new()!
    Self.enable(format, archive)
    guard archive_read_open_fd(archive, file.descriptor, Self.pieceSize) == ARCHIVE_OK else { throw openingError }
    // What is compressed again and again grows beyond all bounds before a byte comes out.
    guard archive_filter_count(archive) <= (format.isCompressed ? 2 : 1) else { throw .compressedTwice(format: format) }
  }

  deinit { archive_read_free(archive) }

  private static let pieceSize = 64 << 10

  private static func enable(_ format: ArchiveFormat, _ archive: OpaquePointer) {
    // Of zip the reader that goes by the central directory: the other guesses where entries begin.
    _ = format == .zip ? archive_read_support_format_zip_seekable(archive) : archive_read_support_format_tar(archive)
    switch format {
    case .zip, .tar: break
    case .tarGzip: archive_read_support_filter_gzip(archive)
    case .tarBzip2: archive_read_support_filter_bzip2(archive)
    case .tarXz: archive_read_support_filter_xz(archive)
    case .tarZstandard: archive_read_support_filter_zstd(archive)
    }
  }

  /// Bytes that were read of the archive's file.
  var position: Int { Int(archive_filter_bytes(archive, -1)) }

  /// Bytes that came out of the decompression, headers and padding of tar among them.
  var decompressedBytes: Int { Int(archive_filter_bytes(archive, 0)) }

  /// The next entry; nothing at the end. What is left of the one before is skipped.
  ///
  /// - Throws: `ArchiveError.damaged`, `.cutOff`, `.notATar`.
  mutating func next() throws(ArchiveError) -> ArchiveEntry? {
    let before = decompressedBytes
    var entry: OpaquePointer?
    let status = archive_read_next_header(archive, &entry)
    defer { isBeforeFirstEntry = false }
    switch status {
    // A warning: of a name, which is then missing, or of what is of no interest here.
    case ARCHIVE_OK, ARCHIVE_WARN: return entry.map(ArchiveEntry.init)
    case ARCHIVE_EOF:
      // A tar ends with two blocks of zeros; one that was cut between two entries lacks them.
      guard format == .zip || decompressedBytes > before else { throw .cutOff(format: format) }
      return nil
    default: throw isBeforeFirstEntry ? openingError : damage(at: nil)
    }
  }

  /// Gives the entry's content piece by piece, and returns its full length: behind holes in it, too.
  ///
  /// - Parameter name: for errors.
  /// - Throws: `ArchiveError`.
  func read(_ name: String, _ take: (Block) throws(ArchiveError) -> Void) throws(ArchiveError) -> Int {
    while true {
      var start: UnsafeRawPointer?
      var count = 0
      var offset: Int64 = 0
      let status = archive_read_data_block(archive, &start, &count, &offset)
      guard offset >= 0, Int64.max - offset > count else { throw .damaged(entry: name, reason: "it has no size") }
      switch status {
      case ARCHIVE_OK: try take((UnsafeRawBufferPointer(start: start, count: count), Int(offset)))
      case ARCHIVE_EOF: return Int(offset)
      default: throw damage(at: name)
      }
    }
  }

  private func damage(at entry: String?) -> ArchiveError {
    let reason = reason
    return reason.hasPrefix("Truncated") || reason.hasPrefix("truncated")
      ? .cutOff(format: format) : .damaged(entry: entry, reason: reason)
  }

  /// What is wrong with an archive of which not even the first entry can be read.
  private var openingError: ArchiveError {
    guard reason == "Unrecognized archive format" else { return damage(at: nil) }
    // Its beginning was recognised; what libarchive wants besides is the central directory at its end.
    return format == .zip ? .cutOff(format: format) : .notATar(format: format)
  }

  /// In libarchive's words.
  private var reason: String {
    archive_error_string(archive).map { String(cString: $0) } ?? "its bytes make no sense"
  }
}

extension ArchiveFormat {
  fileprivate var isCompressed: Bool {
    switch self {
    case .zip, .tar: false
    case .tarGzip, .tarBzip2, .tarXz, .tarZstandard: true
    }
  }
}
