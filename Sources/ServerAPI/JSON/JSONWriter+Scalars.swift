/// Values that hold no others, and arrays of them.
extension JSONWriter {
  /// Writes what needs no encoder: each of these types would ask for a container first and then come back with itself.
  ///
  /// - Returns: `false` where `value` is of another type.
  @inline(__always)
  func writeDirectly<Value: Encodable>(_ value: Value) -> Bool {
    if let values = same(value, as: [Int].self) {
      write(values) { write(integer: $0) }
    } else if let value = same(value, as: Int.self) {
      write(integer: value)
    } else if let value = same(value, as: String.self) {
      write(string: value)
    } else if let value = same(value, as: Double.self) {
      write(number: value)
    } else if let value = same(value, as: Float.self) {
      write(number: value)
    } else if let value = same(value, as: Bool.self) {
      bytes += (value ? "true" : "false").utf8
    } else if let values = same(value, as: [String].self) {
      write(values) { write(string: $0) }
    } else if let values = same(value, as: [Double].self) {
      write(values) { write(number: $0) }
    } else if let values = same(value, as: [Float].self) {
      write(values) { write(number: $0) }
    } else if let values = same(value, as: [[Int]].self) {
      write(values) { write($0) { write(integer: $0) } }
    } else if let value = same(value, as: RawJSON.self) {
      bytes += value.text.utf8
    } else {
      return false
    }
    return true
  }

  /// Writes an integer of any size, which asks for a scalar's container.
  func write(anyInteger: any FixedWidthInteger) { bytes += anyInteger.description.utf8 }

  func writeNull() { bytes += "null".utf8 }

  @inline(__always)
  private func write<Value>(_ values: [Value], _ write: (Value) -> Void) {
    bytes.append(UInt8(ascii: "["))
    for index in values.indices {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      write(values[index])
    }
    bytes.append(UInt8(ascii: "]"))
  }

  func write(integer: Int) {
    if integer < 0 { bytes.append(UInt8(ascii: "-")) }
    // As many as the largest has.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var rest = integer.magnitude
      var first = digits.endIndex
      repeat {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
    }
  }

  /// The shortest text that stands for the number. A score can be infinite where a network overflows; JSON has no word
  /// for that.
  func write(number: some BinaryFloatingPoint & CustomStringConvertible) {
    guard number.isFinite else { return write(string: number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity") }
    bytes += number.description.utf8
    if bytes.hasSuffix(".0") { bytes.removeLast(2) }
  }

  /// A string with the escapes of RFC 8259 section 7 that have to be, the short ones where there are any.
  func write(string: String) {
    bytes.append(UInt8(ascii: "\""))
    let isWritten = string.utf8.withContiguousStorageIfAvailable { text in
      let isPlain = !text.contains(where: isEscaped)
      if isPlain { bytes.append(contentsOf: text) }
      return isPlain
    }
    if isWritten != true { string.utf8.forEach(write(character:)) }
    bytes.append(UInt8(ascii: "\""))
  }

  private func write(character byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): bytes += #"\""#.utf8
    case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
    case 0x08: bytes += #"\b"#.utf8
    case 0x0C: bytes += #"\f"#.utf8
    case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
    case UInt8(ascii: "\r"): bytes += #"\r"#.utf8
    case UInt8(ascii: "\t"): bytes += #"\t"#.utf8
    case 0x20...: bytes.append(byte)
    default: bytes += ((byte < 0x10 ? #"\u000"# : #"\u00"#) + String(byte, radix: 16)).utf8
    }
  }
}

@inline(__always)
private func isEscaped(_ byte: UInt8) -> Bool {
  byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

/// `value` where it is of exactly this type: then nothing changes by the cast. `as?` takes longer than writing a number.
@inline(__always)
private func same<Value, Wanted>(_ value: Value, as type: Wanted.Type) -> Wanted? {
  Value.self == Wanted.self ? unsafeBitCast(value, to: Wanted.self) : nil
}

extension [UInt8] {
  fileprivate func hasSuffix(_ suffix: StaticString) -> Bool {
    suffix.withUTF8Buffer { self.suffix($0.count).elementsEqual($0) }
  }
}
