/// The only globals that a pickle may name. Each stands for a value of this reader, and none runs code.
enum PickleGlobal: Hashable, Sendable {
  case orderedDictionary
  case size
  /// `_rebuild_tensor(storage, offset, size, stride)`, and `_rebuild_tensor_v2`, whose further arguments do not concern
  /// values.
  case rebuildTensor
  /// `_rebuild_parameter(tensor, requires_grad, hooks)`, which stands for its tensor.
  case rebuildParameter
  /// A storage type; it appears in persistent ids.
  case storageType(name: String, type: ElementType)

  private static let accepted: [String: PickleGlobal] = {
    var table: [String: PickleGlobal] = [
      "collections.OrderedDict": .orderedDictionary,
      "torch.Size": .size,
      "torch._utils._rebuild_tensor": .rebuildTensor,
      "torch._utils._rebuild_tensor_v2": .rebuildTensor,
      "torch._utils._rebuild_parameter": .rebuildParameter,
    ]
    for (name, type) in storageTypes { table[name] = .storageType(name: name, type: type) }
    return table
  }()

  private static let storageTypes: [(String, ElementType)] =
    [
      ("torch.FloatStorage", .float32), ("torch.DoubleStorage", .float64), ("torch.HalfStorage", .float16),
      ("torch.BFloat16Storage", .bfloat16),
    ]
    + [("Long", 64), ("Int", 32), ("Short", 16), ("Char", 8), ("Byte", 8), ("Bool", 8)].map {
      ("torch.\($0)Storage", .other(name: "torch.\($0)Storage", bits: $1))
    }

  /// Looks a global up.
  ///
  /// - Throws: `WeightFormatError.refusedGlobal` with the full name, for every global that is not accepted.
  static func named(module: String, name: String) throws(WeightFormatError) -> PickleGlobal {
    guard let global = accepted["\(module).\(name)"] else { throw .refusedGlobal(name: "\(module).\(name)") }
    return global
  }
}
