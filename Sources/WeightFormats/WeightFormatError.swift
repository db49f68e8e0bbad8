/// Why a weight file could not be read or written: where, what was found, and what is accepted.
///
/// The caller knows the path; no case repeats it.
public enum WeightFormatError: Error, Equatable, Sendable {
  /// A system call on the file failed.
  case system(call: String, errno: Int32)
  /// The first bytes are of no format that is read here; `looksLike` is a guess at what they are.
  case unknownFormat(looksLike: String?)
  /// The file ends before `part` is complete.
  case truncated(part: String, byteOffset: Int, needed: Int, available: Int)
  /// `part` breaks its specification at `byteOffset` of the file (of the entry, inside an archive).
  case malformed(part: String, byteOffset: Int, reason: String)
  /// The file needs something that is not read here.
  case unsupported(feature: String, accepted: String)
  /// The file asks for more than the reader may spend.
  case limitExceeded(limit: String, maximum: Int, found: Int)
  /// A check of the safetensors specification failed.
  case safetensors(SafetensorsViolation)
  /// The pickle names something that is not on the list of accepted globals.
  case refusedGlobal(name: String)
  /// The bytes of an archive's entry do not have the CRC-32 that the archive states.
  case checksumMismatch(entry: String, stated: UInt32, found: UInt32)
  /// A tensor's shape, stride or offset makes no sense.
  case malformedTensor(name: String, reason: String)
  /// A tensor needs more values than its storage holds.
  case tensorOutsideStorage(name: String, valuesNeeded: Int, valuesStored: Int)
  /// The pickle names a storage whose values the file does not hold.
  case missingStorage(key: String)
  /// The checkpoint holds no tensor where state dicts are looked for; `keys` are its top level's first names.
  case noTensors(keys: [String])
  /// A tensor's name cannot be written.
  case unwritableName(String, reason: String)
}

extension WeightFormatError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let call, let errno):
      "\(call) failed: \(systemErrorText(errno)) (errno \(errno))"
    case .unknownFormat(let guess):
      "not a weight file that is read here; it looks like \(guess ?? "nothing known"); "
        + "accepted: \(WeightFormat.accepted)"
    case .truncated(let part, let offset, let needed, let available):
      "the file ends within \(part): at byte \(offset), \(needed) bytes are needed and \(available) are left"
    case .malformed(let part, let offset, let reason):
      "\(part), byte \(offset): \(reason)"
    case .unsupported(let feature, let accepted):
      "\(feature); accepted: \(accepted)"
    case .limitExceeded(let limit, let maximum, let found):
      "too many \(limit): \(found), and the limit is \(maximum)"
    case .safetensors(let violation):
      "not valid safetensors: \(violation)"
    case .refusedGlobal(let name):
      "the pickle asks for \(name); only tensors and plain containers are accepted, and nothing was executed"
    case .checksumMismatch(let entry, let stated, let found):
      "\(entry) is damaged: its CRC-32 is \(hexadecimal(found)), the archive says \(hexadecimal(stated))"
    case .malformedTensor(let name, let reason):
      "tensor \(name): \(reason)"
    case .tensorOutsideStorage(let name, let needed, let stored):
      "tensor \(name) reaches outside its storage: it needs \(needed) values, the storage has \(stored)"
    case .missingStorage(let key):
      "the values of storage \(key) are not in the file"
    case .noTensors(let keys):
      "no tensors found: expected a state dict at the top level or under "
        + "\(Checkpoint.stateDictionaryKeys.joined(separator: ", ")); the top level has "
        + (keys.isEmpty ? "no names" : keys.joined(separator: ", "))
    case .unwritableName(let name, let reason):
      "a tensor cannot be named \(name): \(reason)"
    }
  }
}

private func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}
