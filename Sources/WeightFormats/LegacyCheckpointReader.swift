import NetworkGraph

/// Reads the format of `torch.save` before PyTorch 1.6.
///
/// ```
/// pickle   the magic number 0x1950a86a20f9469cfc6c
/// pickle   the protocol version, 1001
/// pickle   facts of the machine: little_endian, type_sizes
/// pickle   the object, tensors as references to storages
/// pickle   the keys of the storages, in the order in which they follow
/// for each key: int64 number of values, then the values
/// ```
/// The layout is that of `_legacy_save` in PyTorch's `torch/serialization.py`.
enum LegacyCheckpointReader {
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  private static let protocolVersion = 1001

  /// Whether the bytes begin with the opcodes PROTO and LONG1 and the magic number. Pickle protocols from 4 on put a
  /// FRAME between them.
  static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > 2, bytes[0] == PickleOpcode.proto.rawValue else { return false }
    let offset = bytes[2] == PickleOpcode.frame.rawValue ? 11 : 2
    return bytes.dropFirst(offset).starts(with: [PickleOpcode.long1.rawValue, 10] + magic)
  }

  static func read(_ storage: any WeightStorage, limits: WeightLimits) throws(WeightFormatError) -> WeightFile {
    let (pickle, ranges) = try storage.withBytes { bytes throws(WeightFormatError) in
      try contents(bytes, limits: limits)
    }
    return try WeightFile(format: .pyTorchLegacy, pickle: pickle, limits: limits) {
      reference throws(WeightFormatError) in
      guard let range = ranges[reference.key] else { throw .missingStorage(key: reference.key) }
      return StorageSlice(storage: storage, range: range)
    }
  }

  private static func contents(
    _ bytes: UnsafeRawBufferPointer, limits: WeightLimits
  ) throws(WeightFormatError) -> (Pickle, [String: Range<Int>]) {
    var end = 0
    func next(_ part: String) throws(WeightFormatError) -> Pickle {
      let pickle = try PickleMachine.run(bytes, part: part, from: end, limits: limits)
      end = pickle.endOffset
      return pickle
    }
    guard try next("the magic number").root == .longInteger(magic) else {
      throw .malformed(part: "the magic number", byteOffset: 0, reason: "it is not torch.save's")
    }
    guard case .integer(let version) = try next("the protocol version").root else {
      throw .malformed(part: "the protocol version", byteOffset: 0, reason: "it is no integer")
    }
    guard version == protocolVersion else {
      throw .unsupported(feature: "legacy protocol version \(version)", accepted: "\(protocolVersion)")
    }
    try checkByteOrder(try next("the facts of the machine"))
    let object = try next("the pickle")
    let keys = try next("the list of storages")
    return (object, try storageRanges(bytes, from: end, object: object, keys: keys))
  }

  private static func checkByteOrder(_ facts: Pickle) throws(WeightFormatError) {
    let order = facts.dictionary(facts.root)?.last { $0.key == .text("little_endian") }?.value
    guard order == .boolean(true) else {
      throw .unsupported(feature: "a file that is not marked little-endian", accepted: "little-endian files")
    }
  }

  /// The range of each storage's values in the file. Every byte up to the end of the file must belong to one.
  private static func storageRanges(
    _ bytes: UnsafeRawBufferPointer, from offset: Int, object: Pickle, keys: Pickle
  ) throws(WeightFormatError) -> [String: Range<Int>] {
    let references = try referencesByKey(object)
    var reader = ByteReader(bytes, part: "the storages", from: offset)
    var ranges: [String: Range<Int>] = [:]
    for key in keys.sequence(keys.root) ?? [] {
      guard case .text(let key) = key, let reference = references[key] else {
        throw .malformed(
          part: "the list of storages", byteOffset: offset, reason: "it names a storage that the object does not have")
      }
      ranges[key] = try range(of: reference, &reader)
    }
    guard reader.remaining == 0 else {
      throw .malformed(
        part: "the storages", byteOffset: reader.offset, reason: "\(reader.remaining) bytes follow the last one")
    }
    return ranges
  }

  private static func referencesByKey(_ object: Pickle) throws(WeightFormatError) -> [String: StorageReference] {
    var references: [String: StorageReference] = [:]
    for reference in object.heap.storages {
      if let other = references.updateValue(reference, forKey: reference.key),
        other.count != reference.count || other.type != reference.type
      {
        throw .malformed(
          part: "storage \(reference.key)", byteOffset: 0, reason: "the pickle states two types or sizes for it")
      }
    }
    return references
  }

  private static func range(
    of reference: StorageReference, _ reader: inout ByteReader
  ) throws(WeightFormatError) -> Range<Int> {
    let position = reader.offset
    let count = try reader.count(Int64.self)
    guard count == reference.count, let bytes = product(count, reference.type.bytes) else {
      throw .malformed(
        part: "storage \(reference.key)", byteOffset: position,
        reason: "it has \(count) values, and the pickle states \(reference.count)")
    }
    return try reader.skip(bytes)
  }
}
