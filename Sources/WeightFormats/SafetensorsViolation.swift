/// The checks of the safetensors specification, one case each.
public enum SafetensorsViolation: Error, Hashable, Sendable {
  /// The 8-byte length at the start says more than the file holds.
  case headerBeyondFile(length: UInt64, available: Int)
  case headerNotUTF8
  case headerNotObject
  /// The header is not JSON, has a duplicate key or is nested too deep.
  case json(byteOffset: Int, reason: String)
  /// `__metadata__` must map text to text.
  case metadataNotText(key: String?)
  /// `dtype`, `shape` or `data_offsets` is missing or of the wrong JSON type.
  case badField(tensor: String, field: String, expected: String)
  case unknownElementType(tensor: String, name: String)
  /// The number of values, or of their bits, exceeds 2^63.
  case shapeOverflow(tensor: String)
  case offsetsReversed(tensor: String, begin: Int, end: Int)
  case offsetsBeyondData(tensor: String, end: Int, dataBytes: Int)
  /// Shape times element size is not the length that the offsets state.
  case lengthMismatch(tensor: String, stated: Int, needed: Int)
  /// Bytes `begin ..< end` of the data belong to no tensor.
  case hole(begin: Int, end: Int)
  /// `tensor` begins before the tensor in front of it ends.
  case overlap(tensor: String, previous: String)
}

extension SafetensorsViolation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .headerBeyondFile(let length, let available):
      "the header's length is given as \(length) bytes, and \(available) follow"
    case .headerNotUTF8: "the header is not UTF-8"
    case .headerNotObject: "the header does not begin with {"
    case .json(let offset, let reason): "header, byte \(offset): \(reason)"
    case .metadataNotText(let key):
      key.map { "__metadata__ may hold text only, and \"\($0)\" is not" } ?? "__metadata__ is not an object"
    case .badField(let tensor, let field, let expected):
      "tensor \(tensor): \(field) must be \(expected)"
    case .unknownElementType(let tensor, let name):
      "tensor \(tensor): dtype \"\(name)\" is none of \(SafetensorsElementType.names)"
    case .shapeOverflow(let tensor): "tensor \(tensor): the shape has more values than can be counted"
    case .offsetsReversed(let tensor, let begin, let end):
      "tensor \(tensor): data_offsets end (\(end)) before they begin (\(begin))"
    case .offsetsBeyondData(let tensor, let end, let bytes):
      "tensor \(tensor): data_offsets end at \(end), the data at \(bytes)"
    case .lengthMismatch(let tensor, let stated, let needed):
      "tensor \(tensor): dtype and shape make \(needed) bytes, data_offsets \(stated)"
    case .hole(let begin, let end): "bytes \(begin) to \(end) of the data belong to no tensor"
    case .overlap(let tensor, let previous): "tensor \(tensor) overlaps tensor \(previous)"
    }
  }
}
