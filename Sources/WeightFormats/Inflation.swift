import CZlib
import Glibc

/// Expands raw deflate data (RFC 1951) by zlib.
enum Inflation {
  /// Expands `compressed` into exactly `size` bytes.
  ///
  /// - Throws: `.malformed` where the bytes are not deflate data or expand to more or fewer bytes.
  static func inflate(
    _ compressed: Slice<UnsafeRawBufferPointer>, to size: Int, entry: String
  ) throws(WeightFormatError) -> MemoryStorage {
    // Deflate expands at most 1,032 times. A larger size in the directory is false, and would only cost memory.
    guard size / 1032 <= compressed.count else {
      throw malformed(entry, "\(compressed.count) bytes cannot expand to \(size)")
    }
    return try MemoryStorage(count: size) { target throws(WeightFormatError) in
      try run(UnsafeRawBufferPointer(rebasing: compressed), into: target, entry: entry)
    }
  }

  private static func run(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, entry: String
  ) throws(WeightFormatError) {
    var stream = z_stream()
    // Negative window bits: raw deflate without zlib's own header.
    let opened = inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard opened == Z_OK else { throw .system(call: "inflateInit2", errno: ENOMEM) }
    defer { inflateEnd(&stream) }
    var consumed = 0
    var produced = 0
    while true {
      // zlib counts in 32 bits, so larger entries are expanded in pieces.
      let input = min(source.count - consumed, 1 << 30)
      let output = min(target.count - produced, 1 << 30)
      stream.next_in = source.baseAddress.map { pointer(UnsafeMutableRawPointer(mutating: $0 + consumed)) }
      stream.avail_in = UInt32(input)
      stream.next_out = target.baseAddress.map { pointer($0 + produced) }
      stream.avail_out = UInt32(output)
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      consumed += input - Int(stream.avail_in)
      produced += output - Int(stream.avail_out)
      if status == Z_STREAM_END { break }
      guard status == Z_OK else { throw malformed(entry, "not deflate data, or too much of it (zlib \(status))") }
    }
    guard produced == target.count, consumed == source.count else {
      throw malformed(entry, "expands to \(produced) bytes of \(consumed), not \(target.count) of \(source.count)")
    }
  }

  private static func pointer(_ raw: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt8> {
    raw.assumingMemoryBound(to: UInt8.self)
  }

  private static func malformed(_ entry: String, _ reason: String) -> WeightFormatError {
    .malformed(part: "the zip entry \(entry)", byteOffset: 0, reason: reason)
  }
}
