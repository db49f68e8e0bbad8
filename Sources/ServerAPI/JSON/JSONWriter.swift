/// Writes `Encodable` values as JSON straight into bytes: on one line, members sorted by name, slashes as they are.
///
/// The bytes are those of Foundation's `JSONEncoder`, which tests compare, in a fraction of its time: it makes a dictionary
/// of every object on the way. Only Foundation's own types differ (dates, URLs, data), and no answer holds one.
///
/// An object's members are written as they come, and put in order when it is complete:
///
/// ```
/// {"name":"conv1","kernel":[7,7]     parts: name 1..<15, kernel 16..<30
/// {"kernel":[7,7],"name":"conv1"}
/// ```
///
/// `@exclusivity(unchecked)`: one thread writes, and no access to a property lasts while another begins. The checks would
/// take half of the time.
final class JSONWriter {
  /// What has been written so far.
  @exclusivity(unchecked) var bytes: [UInt8] = []
  /// The parts of all arrays and objects that are being written, those of the innermost last.
  @exclusivity(unchecked) private var parts: [Part] = []
  @exclusivity(unchecked) private var value = OpenValue()
  /// By the byte where their part begins, writers of values that go on while other parts are written already.
  @exclusivity(unchecked) private var deferred: [Int: JSONWriter] = [:]
  /// An object's bytes while they are put in order.
  @exclusivity(unchecked) private var sorted: [UInt8] = []

  /// The value that is being written.
  private struct OpenValue {
    var kind = Kind.scalar
    var firstByte = 0
    var firstPart = 0

    enum Kind {
      /// A number, a string, a truth value, null; or nothing yet.
      case scalar
      case array, object
    }
  }

  /// An element of an array, or a member of an object: where it is in `bytes`, without the comma before it.
  fileprivate struct Part {
    let start: Int
    /// Where a member's name ends, with its quotes.
    var nameEnd: Int
    var end: Int
  }
}

// MARK: - Values

extension JSONWriter {
  func write<Value: Encodable>(_ value: Value) throws {
    if writeDirectly(value) { return }
    let outer = self.value
    self.value = OpenValue(firstByte: bytes.count, firstPart: parts.count)
    try value.encode(to: JSONValueEncoder(writer: self))
    close()
    self.value = outer
  }

  /// Makes the open value an array. A type may ask for its container several times.
  func openArray() { open(.array, "[") }

  /// Makes the open value an object.
  func openObject() { open(.object, "{") }

  private func open(_ kind: OpenValue.Kind, _ bracket: Unicode.Scalar) {
    if value.kind == kind { return }
    precondition(value.kind == .scalar && bytes.count == value.firstByte, "a value is an array, an object or a scalar")
    value.kind = kind
    bytes.append(UInt8(ascii: bracket))
  }

  /// Completes the open value.
  private func close() {
    switch value.kind {
    case .scalar: if bytes.count == value.firstByte { bytes += "{}".utf8 }
    case .array:
      if !deferred.isEmpty { arrange() }
      bytes.append(UInt8(ascii: "]"))
    case .object:
      if sortParts() || !deferred.isEmpty { arrange() }
      bytes.append(UInt8(ascii: "}"))
    }
    parts.removeLast(partCount)
  }
}

// MARK: - Parts

extension JSONWriter {
  /// Elements or members of the open value so far.
  var partCount: Int { parts.count - value.firstPart }

  @inline(__always)
  func writeElement(_ write: () throws -> Void) rethrows {
    let index = beginPart()
    try write()
    parts[index].end = bytes.count
  }

  @inline(__always)
  func writeMember(_ name: String, _ write: () throws -> Void) rethrows {
    let index = beginPart()
    self.write(string: name)
    parts[index].nameEnd = bytes.count
    bytes.append(UInt8(ascii: ":"))
    try write()
    parts[index].end = bytes.count
  }

  /// An element whose value the writer that is returned writes, until the open value is complete.
  func deferElement() -> JSONWriter {
    writeElement {}
    return deferLastPart()
  }

  /// The same for a member.
  func deferMember(_ name: String) -> JSONWriter {
    writeMember(name) {}
    return deferLastPart()
  }

  private func beginPart() -> Int {
    if partCount > 0 { bytes.append(UInt8(ascii: ",")) }
    parts.append(Part(start: bytes.count, nameEnd: bytes.count, end: bytes.count))
    return parts.count - 1
  }

  private func deferLastPart() -> JSONWriter {
    let writer = JSONWriter()
    deferred[parts[parts.count - 1].start] = writer
    return writer
  }
}

// MARK: - Order

extension JSONWriter {
  /// Puts the open object's parts in the order of the bytes of their names.
  ///
  /// - Returns: whether they were in another.
  private func sortParts() -> Bool {
    let first = value.firstPart
    var isChanged = false
    bytes.withUnsafeBytes { bytes in
      parts.withUnsafeMutableBufferPointer { parts in
        // There are few, and most are in order already: insertion beats the library's sort.
        for end in parts.indices.dropFirst(first + 1) {
          let part = parts[end]
          var index = end
          while index > first, part.precedes(parts[index - 1], in: bytes) {
            parts[index] = parts[index - 1]
            index -= 1
          }
          parts[index] = part
          if index < end { isChanged = true }
        }
      }
    }
    return isChanged
  }

  /// Writes the open value's parts once more, in their order and with what was deferred.
  private func arrange() {
    let start = value.firstByte + 1
    sorted.removeAll(keepingCapacity: true)
    for part in parts[value.firstPart...] {
      if !sorted.isEmpty { sorted.append(UInt8(ascii: ",")) }
      sorted += bytes[part.start..<part.end]
      if !deferred.isEmpty, let writer = deferred.removeValue(forKey: part.start) {
        writer.close()
        sorted += writer.bytes
      }
    }
    bytes.removeSubrange(start...)
    bytes += sorted
  }
}

extension JSONWriter.Part {
  @inline(__always)
  fileprivate func precedes(_ other: Self, in bytes: UnsafeRawBufferPointer) -> Bool {
    let (name, otherName) = (bytes[start + 1..<nameEnd - 1], bytes[other.start + 1..<other.nameEnd - 1])
    return name.lexicographicallyPrecedes(otherName)
  }
}
