import Foundation

/// The archives that are understood, told by their first bytes and never by their names.
public enum ArchiveFormat: String, CaseIterable, Sendable, CustomStringConvertible {
  case zip
  case tar
  case tarGzip = "tar.gz"
  case tarBzip2 = "tar.bz2"
  case tarXz = "tar.xz"
  case tarZstandard = "tar.zst"

  public var description: String { rawValue }

  /// For messages.
  public static let accepted = "zip, tar, tar.gz, tar.bz2, tar.xz and tar.zst"

  /// Bytes of a file's start that tell.
  public static let headCount = TarHeader.count

  /// Nothing for what is no archive. Of something compressed only unpacking tells whether it is a tar.
  public init?(head: some Collection<UInt8>) {
    let head = Array(head.prefix(Self.headCount))
    if let found = Self.signatures.first(where: { head.starts(with: $0.bytes) }) {
      self = found.format
    } else if TarHeader.begins(head) {
      self = .tar
    } else {
      return nil
    }
  }

  /// The format of a file.
  ///
  /// - Throws: `ArchiveError.unreadable`.
  public init?(ofFile path: String) throws(ArchiveError) {
    let file = try InputFile(path)
    self.init(head: try file.read(count: Self.headCount, at: 0))
  }

  /// Whether a zip consists of its end.
  static func isEmptyZip(_ head: [UInt8]) -> Bool { head.starts(with: endOfDirectory) && head.count >= 22 }

  private static let endOfDirectory: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
  private static let signatures: [(bytes: [UInt8], format: ArchiveFormat)] = [
    // A local header, or the end of the central directory of an empty one (PKWARE's APPNOTE.TXT 4.3).
    ([0x50, 0x4B, 0x03, 0x04], .zip), (endOfDirectory, .zip),
    // RFC 1952 with its only method, deflate.
    ([0x1F, 0x8B, 0x08], .tarGzip),
    ([0x42, 0x5A, 0x68], .tarBzip2),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .tarXz),
    // RFC 8878.
    ([0x28, 0xB5, 0x2F, 0xFD], .tarZstandard),
  ]
}

/// The first block of a tar (POSIX.1-2017, pax, "ustar Interchange Format").
enum TarHeader {
  static let count = 512
  private static let checksum = 148..<156

  /// Whether a tar begins so: a header with the right checksum, or the zeros of an empty tar.
  static func begins(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == count else { return false }
    if bytes.allSatisfy({ $0 == 0 }) { return true }
    let text = String(decoding: bytes[checksum], as: UTF8.self).trimmingCharacters(in: stops)
    guard let stated = Int(text, radix: 8) else { return false }
    return stated == sum(bytes)
  }

  private static let stops = CharacterSet(charactersIn: " \0")

  /// Of all bytes, those of the checksum itself taken as spaces.
  private static func sum(_ bytes: [UInt8]) -> Int {
    bytes.indices.reduce(0) { $0 + Int(checksum.contains($1) ? 0x20 : bytes[$1]) }
  }
}
