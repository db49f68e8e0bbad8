/// The header of a safetensors file, after every check that its specification asks for.
///
/// ```
/// 8 bytes   length N of the header, little-endian
/// N bytes   JSON object, may end in spaces: {"name": {"dtype", "shape", "data_offsets": [begin, end]}, ...}
/// the rest  the data; offsets count from here
/// ```
struct SafetensorsHeader: Equatable {
  struct Entry: Equatable {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// The tensor's bytes within the data.
    let range: Range<Int>
  }

  /// The tensors, in the order of their data.
  let entries: [Entry]
  let metadata: [String: String]
  /// Where in the file the data begins.
  let dataOffset: Int

  /// Most levels of nesting. The root object, an entry and its arrays are three levels; unknown fields may be nested a
  /// little deeper.
  private static let maximumDepth = 16

  init(_ bytes: UnsafeRawBufferPointer, limits: WeightLimits) throws(WeightFormatError) {
    let header = try Self.locate(bytes, limits: limits)
    do throws(SafetensorsViolation) {
      let members = try Self.members(
        UnsafeRawBufferPointer(rebasing: bytes[header]), maximumValues: limits.headerValues)
      let dataBytes = bytes.count - header.upperBound
      metadata = try Self.metadata(members)
      entries = try members.filter { $0.name != "__metadata__" }
        .map { member throws(SafetensorsViolation) in try Entry(member, dataBytes: dataBytes) }
        .sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
      try Self.checkCoverage(entries, dataBytes: dataBytes)
    } catch {
      throw .safetensors(error)
    }
    dataOffset = header.upperBound
  }

  private static func locate(_ bytes: UnsafeRawBufferPointer, limits: WeightLimits) throws(WeightFormatError)
    -> Range<Int>
  {
    var reader = ByteReader(bytes, part: "the length of the safetensors header")
    let length = try reader.integer(UInt64.self)
    guard length <= UInt64(limits.headerBytes) else {
      throw .limitExceeded(
        limit: "bytes in the safetensors header", maximum: limits.headerBytes, found: Int(clamping: length))
    }
    guard length <= UInt64(reader.remaining) else {
      throw .safetensors(.headerBeyondFile(length: length, available: reader.remaining))
    }
    return reader.offset..<reader.offset + Int(length)
  }

  private static func members(
    _ header: UnsafeRawBufferPointer, maximumValues: Int
  ) throws(SafetensorsViolation) -> [StrictJSON.Member] {
    guard header.first == UInt8(ascii: "{") else { throw .headerNotObject }
    guard String(validating: header, as: UTF8.self) != nil else { throw .headerNotUTF8 }
    do throws(StrictJSON.Failure) {
      let document = try StrictJSON.parse(header, maximumDepth: maximumDepth, maximumValues: maximumValues)
      guard case .object(let members) = document else {
        preconditionFailure("a document that begins with { is an object")
      }
      return members
    } catch {
      throw .json(byteOffset: error.byteOffset, reason: error.reason)
    }
  }

  private static func metadata(_ members: [StrictJSON.Member]) throws(SafetensorsViolation) -> [String: String] {
    guard let member = members.first(where: { $0.name == "__metadata__" }) else { return [:] }
    guard case .object(let pairs) = member.value else { throw .metadataNotText(key: nil) }
    var metadata: [String: String] = [:]
    for pair in pairs {
      guard case .text(let text) = pair.value else { throw .metadataNotText(key: pair.name) }
      metadata[pair.name] = text
    }
    return metadata
  }

  /// Checks that every byte of the data belongs to exactly one tensor.
  private static func checkCoverage(_ entries: [Entry], dataBytes: Int) throws(SafetensorsViolation) {
    var end = 0
    var previous = ""
    for entry in entries {
      if entry.range.lowerBound > end { throw .hole(begin: end, end: entry.range.lowerBound) }
      if entry.range.lowerBound < end { throw .overlap(tensor: entry.name, previous: previous) }
      end = entry.range.upperBound
      previous = entry.name
    }
    guard end == dataBytes else { throw .hole(begin: end, end: dataBytes) }
  }
}

extension SafetensorsHeader.Entry {
  fileprivate init(_ member: StrictJSON.Member, dataBytes: Int) throws(SafetensorsViolation) {
    name = member.name
    guard case .object(let fields) = member.value else {
      throw .badField(tensor: name, field: "its entry", expected: "an object")
    }
    guard case .text(let typeName)? = fields["dtype"] else {
      throw .badField(tensor: name, field: "dtype", expected: "text")
    }
    guard let type = SafetensorsElementType.named(typeName) else {
      throw .unknownElementType(tensor: name, name: typeName)
    }
    guard let shape = fields["shape"]?.counts else {
      throw .badField(tensor: name, field: "shape", expected: "an array of non-negative integers")
    }
    guard let offsets = fields["data_offsets"]?.counts, offsets.count == 2 else {
      throw .badField(tensor: name, field: "data_offsets", expected: "two non-negative integers")
    }
    self.type = type
    self.shape = shape
    range = try Self.range(begin: offsets[0], end: offsets[1], dataBytes: dataBytes, tensor: name)
    try checkLength()
  }

  private static func range(
    begin: Int, end: Int, dataBytes: Int, tensor: String
  ) throws(SafetensorsViolation) -> Range<Int> {
    guard begin <= end else { throw .offsetsReversed(tensor: tensor, begin: begin, end: end) }
    guard end <= dataBytes else { throw .offsetsBeyondData(tensor: tensor, end: end, dataBytes: dataBytes) }
    return begin..<end
  }

  private func checkLength() throws(SafetensorsViolation) {
    guard let count = valueCount(shape), let bits = product(count, type.bits) else {
      throw .shapeOverflow(tensor: name)
    }
    let needed = (bits + 7) / 8
    guard bits % 8 == 0, needed == range.count else {
      throw .lengthMismatch(tensor: name, stated: range.count, needed: needed)
    }
  }
}

extension [StrictJSON.Member] {
  fileprivate subscript(name: String) -> StrictJSON? { first { $0.name == name }?.value }
}

extension StrictJSON {
  /// The values of an array of non-negative integers.
  fileprivate var counts: [Int]? {
    guard case .array(let values) = self else { return nil }
    var counts: [Int] = []
    for value in values {
      guard case .integer(let count) = value, count >= 0 else { return nil }
      counts.append(count)
    }
    return counts
  }
}
