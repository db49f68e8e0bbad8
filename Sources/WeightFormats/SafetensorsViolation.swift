/// A safetensors file breaks its format's specification (<https://huggingface.co/docs/safetensors>). There is one case
/// for each check.
public enum SafetensorsViolation: Error, Hashable, Sendable {
  /// The length in the first 8 bytes is larger than the rest of the file. Both numbers are in bytes.
  case headerBeyondFile(length: UInt64, available: Int)
  /// The header is not valid UTF-8.
  case headerNotUTF8
  /// The header does not begin with `{`.
  case headerNotObject
  /// The header is not JSON (RFC 8259), has a duplicate key, is nested too deep, or holds too many values. `byteOffset`
  /// counts from the header's first byte.
  case json(byteOffset: Int, reason: String)
  /// `__metadata__` does not map text to text. `key` names the wrong member, or is `nil` where `__metadata__` is not an
  /// object.
  case metadataNotText(key: String?)
  /// `dtype`, `shape` or `data_offsets` of a tensor is missing or has the wrong JSON type.
  case badField(tensor: String, field: String, expected: String)
  /// The `dtype` of a tensor is not in the specification's list.
  case unknownElementType(tensor: String, name: String)
  /// A tensor has more values, or more bits of values, than a 64-bit integer can count.
  case shapeOverflow(tensor: String)
  /// `data_offsets` of a tensor end before they begin. Offsets are bytes within the data.
  case offsetsReversed(tensor: String, begin: Int, end: Int)
  /// `data_offsets` of a tensor end behind the data, which is `dataBytes` long.
  case offsetsBeyondData(tensor: String, end: Int, dataBytes: Int)
  /// `data_offsets` span `stated` bytes, but shape and `dtype` need `needed` bytes.
  case lengthMismatch(tensor: String, stated: Int, needed: Int)
  /// The bytes `begin ..< end` of the data belong to no tensor.
  case hole(begin: Int, end: Int)
  /// `tensor` begins before the end of `previous`, the tensor before it in the data.
  case overlap(tensor: String, previous: String)
}

extension SafetensorsViolation: CustomStringConvertible {
  /// What is wrong, as a phrase that names the tensor where there is one.
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
