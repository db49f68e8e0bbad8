/// A weight file could not be read or written. Each case says where the problem lies, what was found, and what is
/// accepted.
///
/// No case repeats the file's path, because the caller knows it.
public enum WeightFormatError: Error, Equatable, Sendable {
  /// A system call on the file failed. `call` is its name, such as `open`, and `errno` the error number.
  case system(call: String, errno: Int32)
  /// The first bytes belong to no accepted format. `looksLike` is a guess at what the file is, such as an HDF5 file.
  case unknownFormat(looksLike: String?)
  /// The file ends within `part`. At `byteOffset`, `needed` bytes are needed and `available` are left.
  case truncated(part: String, byteOffset: Int, needed: Int, available: Int)
  /// `part` breaks its specification. `byteOffset` counts from the start of the file or, inside an archive, of the
  /// entry.
  case malformed(part: String, byteOffset: Int, reason: String)
  /// The file uses a feature that this reader does not have, such as encryption or big-endian bytes.
  case unsupported(feature: String, accepted: String)
  /// The file asks for more than one of `WeightLimits` allows. `limit` names the bound in words.
  case limitExceeded(limit: String, maximum: Int, found: Int)
  /// The file breaks the safetensors specification.
  case safetensors(SafetensorsViolation)
  /// The pickle names a Python global that is not accepted, such as `os.system`. Nothing was executed.
  case refusedGlobal(name: String)
  /// The bytes of an archive's entry do not have the CRC-32 that the archive states. The file is damaged.
  case checksumMismatch(entry: String, stated: UInt32, found: UInt32)
  /// A tensor's shape, strides or offset are negative, or too large to count.
  case malformedTensor(name: String, reason: String)
  /// A tensor reaches past the end of its storage. Both numbers count values, not bytes.
  case tensorOutsideStorage(name: String, valuesNeeded: Int, valuesStored: Int)
  /// The pickle names a storage whose values the file does not hold.
  case missingStorage(key: String)
  /// The checkpoint holds no tensors at its top level or under `state_dict`, `model` or `model_state_dict`. `keys` are
  /// the first ten names of the top level.
  case noTensors(keys: [String])
  /// A tensor cannot be written under this name, because safetensors reserves it.
  case unwritableName(String, reason: String)
}

extension WeightFormatError: CustomStringConvertible {
  /// What is wrong and what is accepted, as a phrase for users.
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
