import CZlib
import NetworkGraph

/// The entries of a zip archive (PKWARE's APPNOTE.TXT), from its central directory; zip64 included.
///
/// Archives are untrusted. Duplicate names, encryption and entries outside the file are refused. Every local header
/// must repeat the name in the central directory, so that two readers cannot see two different archives.
struct ZipArchive: Sendable {
  struct Entry: Equatable, Sendable {
    let name: String
    let method: UInt16
    let flags: UInt16
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    let headerOffset: Int
  }

  private let storage: any WeightStorage
  private let entriesByName: [String: Entry]
  let names: [String]

  /// Reads the central directory. The data of the entries is not read.
  init(_ storage: any WeightStorage, limits: WeightLimits) throws(WeightFormatError) {
    let entries = try storage.withBytes { bytes throws(WeightFormatError) in
      try ZipDirectory.entries(bytes, limits: limits)
    }
    var byName: [String: Entry] = [:]
    for entry in entries {
      guard byName.updateValue(entry, forKey: entry.name) == nil else {
        throw .malformed(
          part: "the zip directory", byteOffset: entry.headerOffset, reason: "two entries are named \(entry.name)")
      }
    }
    self.storage = storage
    entriesByName = byName
    names = entries.map(\.name)
    try Self.checkExpansion(entries, limits: limits)
  }

  subscript(name: String) -> Entry? { entriesByName[name] }

  private static func checkExpansion(_ entries: [Entry], limits: WeightLimits) throws(WeightFormatError) {
    var expanded = 0
    for entry in entries where entry.method != 0 {
      expanded = sum(expanded, entry.size) ?? .max
      guard expanded <= limits.expandedBytes else {
        throw .limitExceeded(limit: "bytes in deflated entries", maximum: limits.expandedBytes, found: expanded)
      }
    }
  }

  /// The bytes of an entry, after its CRC-32 is checked. A stored entry stays in the file; a deflated one is expanded
  /// in memory.
  func contents(of entry: Entry) throws(WeightFormatError) -> StorageSlice {
    let data = try storage.withBytes { bytes throws(WeightFormatError) in try dataRange(of: entry, in: bytes) }
    let slice: StorageSlice
    switch entry.method {
    case 0: slice = StorageSlice(storage: storage, range: data)
    case 8:
      let inflated = try storage.withBytes { bytes throws(WeightFormatError) in
        try Inflation.inflate(bytes[data], to: entry.size, entry: entry.name)
      }
      slice = StorageSlice(storage: inflated, range: 0..<entry.size)
    default:
      throw .unsupported(
        feature: "\(entry.name) is compressed by zip method \(entry.method)", accepted: "stored and deflated entries")
    }
    try checkChecksum(of: slice, entry: entry)
    return slice
  }

  /// Finds the data behind the local header. Its extra field may be longer than that in the central directory, because
  /// PyTorch pads it.
  private func dataRange(of entry: Entry, in bytes: UnsafeRawBufferPointer) throws(WeightFormatError) -> Range<Int> {
    let part = "the zip entry \(entry.name)"
    guard entry.flags & 1 == 0 else { throw .unsupported(feature: "\(part) is encrypted", accepted: "plain archives") }
    guard entry.method != 0 || entry.compressedSize == entry.size else {
      throw .malformed(part: part, byteOffset: entry.headerOffset, reason: "stored, but its two sizes differ")
    }
    var reader = ByteReader(bytes, part: part, from: min(entry.headerOffset, bytes.count))
    guard try reader.integer(UInt32.self) == 0x0403_4B50 else {
      throw .malformed(part: part, byteOffset: entry.headerOffset, reason: "there is no local header")
    }
    _ = try reader.skip(22)
    let nameLength = Int(try reader.integer(UInt16.self))
    let extraLength = Int(try reader.integer(UInt16.self))
    guard try reader.text(count: nameLength) == entry.name else {
      throw .malformed(part: part, byteOffset: entry.headerOffset, reason: "the local header has another name")
    }
    _ = try reader.skip(extraLength)
    return try reader.skip(entry.compressedSize)
  }

  private func checkChecksum(of slice: StorageSlice, entry: Entry) throws(WeightFormatError) {
    let found = slice.storage.withUnsafeBytes { bytes in
      let data = UnsafeRawBufferPointer(rebasing: bytes[slice.range])
      return UInt32(truncatingIfNeeded: crc32_z(0, data.baseAddress?.assumingMemoryBound(to: UInt8.self), data.count))
    }
    guard found == entry.checksum || slice.range.isEmpty && entry.checksum == 0 else {
      throw .checksumMismatch(entry: entry.name, stated: entry.checksum, found: found)
    }
  }
}
