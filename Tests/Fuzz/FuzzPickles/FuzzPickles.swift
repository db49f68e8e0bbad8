import NetworkGraph

@testable import WeightFormats

/// A checkpoint as a file, and the same bytes as the pickle within an archive, whose checksums would stop every change.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPickles(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  if let file = try? WeightFile.read(bytes, limits: limits) { readAll(file.tensors) }
  guard
    let pickle = try? bytes.withUnsafeBytes({ (bytes) throws(WeightFormatError) in
      try PickleMachine.run(bytes, part: "data.pkl", limits: limits)
    })
  else { return 0 }
  if let file = try? WeightFile(format: .pyTorchZip, pickle: pickle, limits: limits, storage: zeros) {
    readAll(file.tensors)
  }
  return 0
}

private let limits = {
  var limits = WeightLimits()
  limits.pickleBytes = 1 << 16
  limits.pickleValues = 10_000
  limits.archiveEntries = 100
  limits.expandedBytes = 1 << 20
  limits.copiedValues = 1 << 16
  return limits
}()

/// The values of a storage, all zero; there is no storage larger than this.
private func zeros(_ reference: StorageReference) throws(WeightFormatError) -> StorageSlice {
  let limit = 1 << 20
  let (bytes, isTooLarge) = reference.count.multipliedReportingOverflow(by: reference.type.bytes)
  guard !isTooLarge, (0...limit).contains(bytes) else { throw .missingStorage(key: reference.key) }
  return StorageSlice(storage: MemoryStorage([UInt8](repeating: 0, count: bytes)), range: 0..<bytes)
}

private func readAll(_ tensors: Weights) {
  for (name, tensor) in tensors {
    precondition(tensor.count >= 0, "\(name) has a shape that no memory holds")
    _ = tensor.withUnsafeValues { $0.reduce(0, +) }
  }
}
