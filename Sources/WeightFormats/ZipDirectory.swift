/// Reads a zip archive's end record and central directory (APPNOTE.TXT 4.3.12 to 4.3.16).
enum ZipDirectory {
  private static let part = "the zip directory"
  private static let endRecordBytes = 22

  private struct Location {
    var entries: Int
    var bytes: Int
    var offset: Int
  }

  static func entries(_ bytes: UnsafeRawBufferPointer, limits: WeightLimits) throws(WeightFormatError)
    -> [ZipArchive.Entry]
  {
    let end = try endRecord(bytes)
    let location = try location(bytes, endRecord: end)
    guard location.entries <= limits.archiveEntries else {
      throw .limitExceeded(limit: "entries in the archive", maximum: limits.archiveEntries, found: location.entries)
    }
    guard location.offset <= end, location.bytes <= end - location.offset else {
      throw .malformed(part: part, byteOffset: end, reason: "it lies outside the file")
    }
    var reader = ByteReader(bytes, part: part, from: location.offset, limit: location.bytes)
    var entries: [ZipArchive.Entry] = []
    for _ in 0..<location.entries { entries.append(try entry(&reader)) }
    return entries
  }

  /// Searches backwards for the end record. Only a comment of up to 65,535 bytes may follow it.
  private static func endRecord(_ bytes: UnsafeRawBufferPointer) throws(WeightFormatError) -> Int {
    var offset = bytes.count - endRecordBytes
    let lowest = max(0, offset - 0xFFFF)
    while offset >= lowest {
      if bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian == 0x0605_4B50,
        Int(bytes.loadUnaligned(fromByteOffset: offset + 20, as: UInt16.self).littleEndian)
          == bytes.count - offset - endRecordBytes
      {
        return offset
      }
      offset -= 1
    }
    throw .truncated(part: "the zip archive", byteOffset: bytes.count, needed: endRecordBytes, available: 0)
  }

  private static func location(
    _ bytes: UnsafeRawBufferPointer, endRecord: Int
  ) throws(WeightFormatError) -> Location {
    if let wide = try zip64Location(bytes, endRecord: endRecord) { return wide }
    var reader = ByteReader(bytes, part: part, from: endRecord)
    _ = try reader.skip(10)
    let entries = try reader.count(UInt16.self)
    let size = try reader.count(UInt32.self)
    return Location(entries: entries, bytes: size, offset: try reader.count(UInt32.self))
  }

  /// The zip64 end record, if its locator stands in front of the end record.
  private static func zip64Location(
    _ bytes: UnsafeRawBufferPointer, endRecord: Int
  ) throws(WeightFormatError) -> Location? {
    guard endRecord >= 20 else { return nil }
    var locator = ByteReader(bytes, part: part, from: endRecord - 20)
    guard try locator.integer(UInt32.self) == 0x0706_4B50 else { return nil }
    _ = try locator.skip(4)
    let offset = try locator.count(UInt64.self)
    guard offset <= endRecord - 20 else {
      throw .malformed(part: part, byteOffset: endRecord - 12, reason: "the zip64 end record lies outside the file")
    }
    var reader = ByteReader(bytes, part: part, from: offset)
    guard try reader.integer(UInt32.self) == 0x0606_4B50 else {
      throw .malformed(part: part, byteOffset: offset, reason: "there is no zip64 end record")
    }
    _ = try reader.skip(28)
    let entries = try reader.count(UInt64.self)
    let size = try reader.count(UInt64.self)
    return Location(entries: entries, bytes: size, offset: try reader.count(UInt64.self))
  }

  /// One central header: 46 bytes, then name, extra fields and comment.
  private static func entry(_ reader: inout ByteReader) throws(WeightFormatError) -> ZipArchive.Entry {
    let start = reader.offset
    guard try reader.integer(UInt32.self) == 0x0201_4B50 else {
      throw .malformed(part: part, byteOffset: start, reason: "there is no entry")
    }
    _ = try reader.skip(4)
    let flags = try reader.integer(UInt16.self)
    let method = try reader.integer(UInt16.self)
    _ = try reader.skip(4)
    let checksum = try reader.integer(UInt32.self)
    let sizes = [try reader.integer(UInt32.self), try reader.integer(UInt32.self)]
    let lengths = [try reader.integer(UInt16.self), try reader.integer(UInt16.self), try reader.integer(UInt16.self)]
    _ = try reader.skip(8)
    let headerOffset = try reader.integer(UInt32.self)
    let name = try reader.text(count: Int(lengths[0]))
    // Order of the zip64 extra field: size, compressed size, offset.
    let wide = try zip64(
      [sizes[1], sizes[0], headerOffset], extra: try reader.skip(Int(lengths[1])), in: reader.bytes)
    _ = try reader.skip(Int(lengths[2]))
    return .init(
      name: name, method: method, flags: flags, checksum: checksum,
      compressedSize: wide[1], size: wide[0], headerOffset: wide[2])
  }

  /// Replaces fields whose bits are all ones by the values of the zip64 extra field (id 1), which holds only these
  /// fields, in order.
  private static func zip64(
    _ narrow: [UInt32], extra: Range<Int>, in bytes: UnsafeRawBufferPointer
  ) throws(WeightFormatError) -> [Int] {
    guard narrow.contains(.max) else { return narrow.map(Int.init) }
    var reader = ByteReader(bytes, part: part, from: extra.lowerBound, limit: extra.count)
    while reader.remaining >= 4 {
      let id = try reader.integer(UInt16.self)
      let data = try reader.skip(Int(try reader.integer(UInt16.self)))
      guard id == 1 else { continue }
      var field = ByteReader(bytes, part: part, from: data.lowerBound, limit: data.count)
      return try narrow.map { value throws(WeightFormatError) in
        value == .max ? try field.count(UInt64.self) : Int(value)
      }
    }
    throw .malformed(part: part, byteOffset: extra.lowerBound, reason: "the zip64 sizes are missing")
  }
}
