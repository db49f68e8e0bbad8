import NetworkGraph
import Testing
import WeightFormats

/// A safetensors file of a header as written and `data`.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
  let header = Array(header.utf8)
  return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + data
}

/// The bytes of an entry, quotes included.
private func entry(_ name: String, _ type: String, _ shape: String, _ begin: Int, _ end: Int) -> String {
  "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
}

private func little<Value: FixedWidthInteger>(_ values: [Value]) -> [UInt8] {
  values.flatMap { value in (0..<MemoryLayout<Value>.size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}

@Suite("safetensors reader")
struct SafetensorsReaderTests {
  @Test("all floating-point types become f32")
  func types() throws {
    let data =
      little([Float(1.5).bitPattern, (-Float.infinity).bitPattern])
      + little([Double(0.1).bitPattern, 1e300.bitPattern])
      + little([UInt16(0x3C00), 0x0001, 0xFC00]) + little([UInt16(0x3F80), 0xC049])
    let header =
      "{"
      + [
        entry("single", "F32", "[2]", 0, 8), entry("double", "F64", "[2,1]", 8, 24),
        entry("half", "F16", "[3]", 24, 30), entry("bfloat16", "BF16", "[2]", 30, 34),
      ].joined(separator: ",") + "}"
    let tensors = try WeightFile.read(safetensors(header, data: data)).tensors
    #expect(tensors["single"]?.values == [1.5, -.infinity])
    #expect(tensors["double"]?.values == [0.1, .infinity])
    #expect(tensors["double"]?.shape == [2, 1])
    #expect(tensors["half"]?.values == [1, 0x1p-24, -.infinity])
    #expect(tensors["bfloat16"]?.values == [1, -3.140625])
  }

  @Test(
    "types that are no weights are skipped, with their names",
    arguments: [
      ("BOOL", 8), ("U8", 8), ("I8", 8), ("U16", 16), ("I16", 16), ("U32", 32), ("I32", 32), ("U64", 64), ("I64", 64),
      ("F8_E4M3", 8), ("F8_E5M2", 8), ("F8_E8M0", 8), ("F6_E2M3", 6), ("F6_E3M2", 6), ("F4", 4), ("C64", 64),
    ])
  func skipped(type: String, bits: Int) throws {
    let bytes = 4 * bits / 8
    let header = "{\(entry("n", type, "[4]", 0, bytes))}"
    let file = try WeightFile.read(safetensors(header, data: .init(repeating: 0, count: bytes)))
    #expect(file.tensors.isEmpty)
    #expect(file.skipped.map(\.elementType) == [type])
    #expect(file.skipped.map(\.shape) == [[4]])
  }

  @Test("empty tensors, scalars, metadata, padding and any order of entries are accepted")
  func leeway() throws {
    let entries = [
      entry("b", "F32", "[]", 4, 8), entry("a", "F32", "[1]", 0, 4), entry("e", "F32", "[0,5]", 8, 8),
      entry("f", "F32", "[0]", 0, 0), entry("g", "F32", "[2,0]", 4, 4),
    ]
    let header = "{\"__metadata__\":{\"format\":\"pt\",\"\\u00e9\":\"\"},\(entries.joined(separator: ","))}   "
    let file = try WeightFile.read(safetensors(header, data: little([Float(1).bitPattern, Float(2).bitPattern])))
    #expect(file.format == .safetensors)
    #expect(file.metadata == ["format": "pt", "é": ""])
    #expect(file.tensors["a"]?.values == [1])
    #expect(file.tensors["b"]?.values == [2])
    #expect(file.tensors["b"]?.shape == [])
    #expect(file.tensors["e"]?.shape == [0, 5])
    #expect(try WeightFile.read(safetensors("{}")).tensors.isEmpty)
  }

  @Test("a tensor keeps the file's mapping alive and is no copy")
  func mapping() throws {
    func tensor() throws -> WeightTensor { try WeightFile.open(path: Goldens.resNet8).tensors["bn0.bias"]! }
    let tensor = try tensor()
    #expect(tensor.shape == [16])
    #expect(tensor.values.allSatisfy { $0.isFinite })
    var limits = WeightLimits()
    limits.copiedValues = 0
    #expect(
      try WeightFile.open(path: Goldens.resNet8, limits: limits).tensors.values.reduce(0) { $0 + $1.count } == 78_666)
  }

  @Test("misaligned F32 tensors are copied")
  func misaligned() throws {
    let header = "{\(entry("a", "U8", "[1]", 0, 1)),\(entry("b", "F32", "[1]", 1, 5))}"
    let file = try WeightFile.read(safetensors(header, data: [9] + little([Float(7).bitPattern])))
    #expect(file.tensors["b"]?.values == [7])
  }
}

@Suite("checks of the safetensors specification")
struct SafetensorsViolationTests {
  private static let maximum = "9223372036854775807"

  static let violations: [(header: String, dataBytes: Int, violation: SafetensorsViolation)] = [
    ("{\"a\":1,\"a\":2}", 0, .json(byteOffset: 7, reason: "duplicate key \"a\"")),
    (
      "{\(entry("a", "F32", "[1]", 0, 4)),\(entry("a", "F32", "[1]", 4, 8))}", 8,
      .json(byteOffset: 54, reason: "duplicate key \"a\"")
    ),
    ("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0, .json(byteOffset: 20, reason: "duplicate key \"dtype\"")),
    ("{\"a\":", 0, .json(byteOffset: 5, reason: "the document ends where a value should be")),
    ("{} x", 0, .json(byteOffset: 3, reason: "something follows the document")),
    ("{}\0", 0, .json(byteOffset: 2, reason: "something follows the document")),
    ("{\"a\":" + String(repeating: "[", count: 99), 0, .json(byteOffset: 20, reason: "nested too deep")),
    ("{\"__metadata__\":[]}", 0, .metadataNotText(key: nil)),
    ("{\"__metadata__\":{\"k\":1}}", 0, .metadataNotText(key: "k")),
    ("{\"a\":[]}", 0, .badField(tensor: "a", field: "its entry", expected: "an object")),
    ("{\"a\":{\"shape\":[],\"data_offsets\":[0,4]}}", 4, .badField(tensor: "a", field: "dtype", expected: "text")),
    ("{\(entry("a", "F33", "[1]", 0, 4))}", 4, .unknownElementType(tensor: "a", name: "F33")),
    ("{\(entry("a", "f32", "[1]", 0, 4))}", 4, .unknownElementType(tensor: "a", name: "f32")),
    shape("[-1]"), shape("[1.0]"), shape("[1e0]"), shape("\"1\""), shape("[null]"), shape("[9223372036854775808]"),
    offsets("[0]"), offsets("[0,4,8]"), offsets("[-4,0]"), offsets("[0,4.0]"), offsets("{}"),
    ("{\(entry("a", "F32", "[\(maximum),2]", 0, 4))}", 4, .shapeOverflow(tensor: "a")),
    ("{\(entry("a", "U8", "[\(maximum)]", 0, 4))}", 4, .shapeOverflow(tensor: "a")),
    ("{\(entry("a", "F32", "[0,\(maximum),2]", 0, 0))}", 0, .shapeOverflow(tensor: "a")),
    ("{\(entry("a", "F32", "[1]", 4, 0))}", 4, .offsetsReversed(tensor: "a", begin: 4, end: 0)),
    ("{\(entry("a", "F32", "[2]", 0, 8))}", 4, .offsetsBeyondData(tensor: "a", end: 8, dataBytes: 4)),
    ("{\(entry("a", "F32", "[1]", 0, 8))}", 8, .lengthMismatch(tensor: "a", stated: 8, needed: 4)),
    ("{\(entry("a", "F16", "[3]", 0, 4))}", 4, .lengthMismatch(tensor: "a", stated: 4, needed: 6)),
    ("{\(entry("a", "F4", "[3]", 0, 2))}", 2, .lengthMismatch(tensor: "a", stated: 2, needed: 2)),
    ("{\(entry("a", "F32", "[1]", 4, 8))}", 8, .hole(begin: 0, end: 4)),
    ("{\(entry("a", "F32", "[1]", 0, 4)),\(entry("b", "F32", "[1]", 8, 12))}", 12, .hole(begin: 4, end: 8)),
    ("{\(entry("a", "F32", "[1]", 0, 4))}", 5, .hole(begin: 4, end: 5)),
    ("{}", 1, .hole(begin: 0, end: 1)),
    ("{\(entry("a", "F32", "[2]", 0, 8)),\(entry("b", "F32", "[1]", 4, 8))}", 8, .overlap(tensor: "b", previous: "a")),
    ("{\(entry("a", "F32", "[1]", 0, 4)),\(entry("b", "F32", "[1]", 0, 4))}", 4, .overlap(tensor: "b", previous: "a")),
    ("{\(entry("a", "F32", "[2]", 0, 8)),\(entry("e", "F32", "[0]", 4, 4))}", 8, .overlap(tensor: "e", previous: "a")),
  ]

  private static func shape(_ shape: String) -> (String, Int, SafetensorsViolation) {
    (
      "{\(entry("a", "F32", shape, 0, 4))}", 4,
      .badField(tensor: "a", field: "shape", expected: "an array of non-negative integers")
    )
  }

  private static func offsets(_ offsets: String) -> (String, Int, SafetensorsViolation) {
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":\(offsets)}}", 4,
      .badField(tensor: "a", field: "data_offsets", expected: "two non-negative integers")
    )
  }

  @Test("a violation is named", arguments: violations.indices)
  func named(row: Int) {
    let (header, dataBytes, violation) = Self.violations[row]
    let error = #expect(throws: WeightFormatError.self, "\(header)") {
      try WeightFile.read(safetensors(header, data: .init(repeating: 0, count: dataBytes)))
    }
    #expect(error == .safetensors(violation), "\(header)")
  }

  @Test("the header's length is checked against its limit and the file")
  func length() {
    let brace = UInt8(ascii: "{")
    #expect(throws: WeightFormatError.safetensors(.headerBeyondFile(length: 3, available: 1))) {
      try WeightFile.read([3, 0, 0, 0, 0, 0, 0, 0, brace])
    }
    #expect(
      throws: WeightFormatError.limitExceeded(
        limit: "bytes in the safetensors header", maximum: 100_000_000, found: 100_000_001)
    ) {
      try WeightFile.read([0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0, brace])
    }
    #expect(throws: WeightFormatError.self) {
      try WeightFile.read([UInt8](repeating: 0xFF, count: 8) + [brace])
    }
    #expect(throws: WeightFormatError.safetensors(.headerNotObject)) {
      try WeightFile.read([0, 0, 0, 0, 0, 0, 0, 0, brace])
    }
  }

  @Test("a header that is not UTF-8 is refused")
  func encoding() {
    #expect(throws: WeightFormatError.safetensors(.headerNotUTF8)) {
      try WeightFile.read([4, 0, 0, 0, 0, 0, 0, 0] + Array("{\"".utf8) + [0xFF, 0x22])
    }
  }
}
