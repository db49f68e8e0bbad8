/// Walks over untrusted bytes, little-endian; every read is checked against the end, in release builds too.
///
/// The bytes must outlive the reader: it is made and used inside `withUnsafeBytes`.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  /// What the bytes are, for error messages.
  let part: String
  private(set) var offset: Int
  /// Reads stop here.
  let end: Int

  init(_ bytes: UnsafeRawBufferPointer, part: String, from offset: Int = 0, limit: Int = .max) {
    precondition(offset >= 0 && offset <= bytes.count && limit >= 0)
    self.bytes = bytes
    self.part = part
    self.offset = offset
    end = offset + min(limit, bytes.count - offset)
  }

  var remaining: Int { end - offset }

  /// Moves over `count` bytes and returns their range.
  mutating func skip(_ count: Int) throws(WeightFormatError) -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw .truncated(part: part, byteOffset: offset, needed: count, available: remaining)
    }
    defer { offset += count }
    return offset..<offset + count
  }

  mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(WeightFormatError) -> Value {
    let range = try skip(MemoryLayout<Value>.size)
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: type))
  }

  mutating func byte() throws(WeightFormatError) -> UInt8 {
    try integer(UInt8.self)
  }

  /// Reads an unsigned count or offset that must fit `Int`.
  mutating func count<Value: FixedWidthInteger>(_ type: Value.Type) throws(WeightFormatError) -> Int {
    let position = offset
    let value = try integer(type)
    guard let count = Int(exactly: value), count >= 0 else {
      throw .malformed(part: part, byteOffset: position, reason: "\(value) is no possible count")
    }
    return count
  }

  mutating func text(count: Int) throws(WeightFormatError) -> String {
    let range = try skip(count)
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw .malformed(part: part, byteOffset: range.lowerBound, reason: "the text is not UTF-8")
    }
    return text
  }

  /// Reads up to a line feed, which is dropped.
  mutating func line() throws(WeightFormatError) -> String {
    guard let length = bytes[offset..<end].firstIndex(of: UInt8(ascii: "\n")).map({ $0 - offset }) else {
      throw .truncated(part: part, byteOffset: offset, needed: remaining + 1, available: remaining)
    }
    let line = try text(count: length)
    _ = try skip(1)
    return line
  }
}

/// `a * b`, or `nil` where it overflows.
func product(_ a: Int, _ b: Int) -> Int? {
  let (value, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? nil : value
}

/// `a + b`, or `nil` where it overflows.
func sum(_ a: Int, _ b: Int) -> Int? {
  let (value, overflow) = a.addingReportingOverflow(b)
  return overflow ? nil : value
}

/// The number of values of a tensor, or `nil` where it cannot be counted in some order of multiplication.
///
/// A zero among the dimensions hides no overflow of the others: `[0, 2^62, 4]` is refused too, because later code
/// multiplies in its own order.
func valueCount(_ shape: [Int]) -> Int? {
  var bound = 8  // bytes of the widest value
  for dimension in shape {
    guard dimension >= 0, let next = product(bound, max(dimension, 1)) else { return nil }
    bound = next
  }
  return shape.reduce(1, *)
}
