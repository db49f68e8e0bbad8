/// The dtypes of the safetensors specification.
enum SafetensorsElementType {
  private static let table: [(name: String, type: ElementType)] =
    [("F32", .float32), ("F64", .float64), ("F16", .float16), ("BF16", .bfloat16)]
    + [
      ("BOOL", 8), ("U8", 8), ("I8", 8), ("U16", 16), ("I16", 16), ("U32", 32), ("I32", 32), ("U64", 64), ("I64", 64),
      ("C64", 64), ("F8_E4M3", 8), ("F8_E5M2", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8),
      ("F6_E2M3", 6), ("F6_E3M2", 6), ("F4", 4),
    ].map { ($0.0, .other(name: $0.0, bits: $0.1)) }

  private static let byName = Dictionary(uniqueKeysWithValues: table.map { ($0.name, $0.type) })

  static var names: String { table.map(\.name).joined(separator: ", ") }

  static func named(_ name: String) -> ElementType? { byName[name] }
}
