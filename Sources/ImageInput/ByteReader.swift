/// Reads big- or little-endian numbers from untrusted bytes. Every access is checked, and none traps.
struct ByteReader {
  enum ByteOrder {
    case bigEndian
    case littleEndian
  }

  let bytes: UnsafeRawBufferPointer
  var order: ByteOrder = .bigEndian

  /// The byte at an offset, or `nil` outside the data.
  func uint8(at offset: Int) -> Int? {
    bytes.indices.contains(offset) ? Int(bytes[offset]) : nil
  }

  /// The 16-bit number at an offset, or `nil` where it is not wholly inside the data.
  func uint16(at offset: Int) -> Int? { number(at: offset, octets: 2) }

  /// The 32-bit number at an offset, or `nil` where it is not wholly inside the data.
  func uint32(at offset: Int) -> Int? { number(at: offset, octets: 4) }

  /// The bytes of a range, or `nil` where it is not wholly inside the data.
  func slice(at offset: Int, count: Int) -> UnsafeRawBufferPointer? {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  /// Whether ASCII text stands at an offset.
  func hasText(_ text: StaticString, at offset: Int) -> Bool {
    guard let found = slice(at: offset, count: text.utf8CodeUnitCount) else { return false }
    return found.elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private func number(at offset: Int, octets: Int) -> Int? {
    guard let slice = slice(at: offset, count: octets) else { return nil }
    switch order {
    case .bigEndian: return slice.reduce(0) { $0 << 8 | Int($1) }
    case .littleEndian: return slice.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
  }
}
