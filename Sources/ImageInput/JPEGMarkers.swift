import Glibc

/// One marker segment of a JPEG: the marker's second byte and the segment without its length.
struct JPEGSegment {
  let marker: UInt8
  let payload: UnsafeRawBufferPointer
}

/// Walks the marker segments of a JPEG, jumping over entropy-coded data: ITU-T T.81, annex B.
struct JPEGMarkers: Sequence, IteratorProtocol {
  static let endOfImage: UInt8 = 0xD9
  static let startOfScan: UInt8 = 0xDA
  static let app1: UInt8 = 0xE1

  private let reader: ByteReader
  private var offset = 2

  /// Starts behind the start-of-image marker.
  init(_ bytes: UnsafeRawBufferPointer) {
    reader = ByteReader(bytes: bytes)
  }

  /// Frame headers, but not DHT (C4), JPG (C8) and DAC (CC) that stand among them: T.81, table B.1.
  static func isStartOfFrame(_ marker: UInt8) -> Bool {
    (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
  }

  /// The next segment, or nil where the data end; a segment that is cut off is not delivered.
  mutating func next() -> JPEGSegment? {
    while let marker = nextMarker() {
      if marker == Self.endOfImage {
        return JPEGSegment(marker: marker, payload: UnsafeRawBufferPointer(start: nil, count: 0))
      }
      guard let length = reader.uint16(at: offset), length >= 2,
        let payload = reader.slice(at: offset + 2, count: length - 2)
      else { return nil }
      offset += length
      return JPEGSegment(marker: marker, payload: payload)
    }
    return nil
  }

  /// Moves behind the next marker that has a meaning: not fill, not a stuffed zero, not a restart.
  private mutating func nextMarker() -> UInt8? {
    while let found = firstIndexOfFF(from: offset) {
      var position = found + 1
      while reader.uint8(at: position) == 0xFF { position += 1 }
      guard let marker = reader.uint8(at: position) else { return nil }
      offset = position + 1
      let standsAlone = marker <= 0x01 || (0xD0...0xD8).contains(marker)
      if !standsAlone { return UInt8(marker) }
    }
    return nil
  }

  private func firstIndexOfFF(from start: Int) -> Int? {
    guard start < reader.bytes.count, let base = reader.bytes.baseAddress else { return nil }
    // memchr is fast. Entropy-coded data is long, and only 0xFF matters in it.
    guard let found = memchr(base + start, 0xFF, reader.bytes.count - start) else { return nil }
    return UnsafeRawPointer(found) - base
  }
}
