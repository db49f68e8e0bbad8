import NetworkGraph

/// Reads the format of `torch.save` since PyTorch 1.6.
///
/// ```
/// NAME/data.pkl     the object, tensors as references to storages
/// NAME/byteorder    "little" (newer versions only)
/// NAME/version      the version of the format
/// NAME/data/KEY     the values of one storage
/// ```
/// The layout is that of PyTorch's `torch/serialization.py` and `caffe2/serialize/inline_container.h`.
enum ZipCheckpointReader {
  /// The versions of the archive that PyTorch's own reader accepts.
  private static let versions = 1...10

  static func read(_ storage: any WeightStorage, limits: WeightLimits) throws(WeightFormatError) -> WeightFile {
    let archive = try ZipArchive(storage, limits: limits)
    let root = try rootFolder(archive)
    try checkByteOrder(archive, root: root)
    try checkVersion(archive, root: root)
    let pickle = try pickle(archive, root: root, limits: limits)
    var contents: [String: StorageSlice] = [:]
    return try WeightFile(format: .pyTorchZip, pickle: pickle, limits: limits) {
      reference throws(WeightFormatError) in
      if let known = contents[reference.key] { return try known.checked(against: reference) }
      let slice = try archive.storage(reference, root: root)
      contents[reference.key] = slice
      return try slice.checked(against: reference)
    }
  }

  /// The folder that holds `data.pkl`, with its slash.
  private static func rootFolder(_ archive: ZipArchive) throws(WeightFormatError) -> String {
    let roots = archive.names.filter { $0.hasSuffix("/data.pkl") }.map { $0.dropLast("data.pkl".count) }
      .filter { $0.count(where: { $0 == "/" }) == 1 }
    guard roots.count == 1 else {
      throw .unsupported(
        feature: "a zip archive with \(roots.count) entries */data.pkl", accepted: WeightFormat.accepted)
    }
    guard archive["\(roots[0])constants.pkl"] == nil else {
      throw .unsupported(
        feature: "a TorchScript archive (it holds code)", accepted: "a state dict: torch.save(model.state_dict(), path)"
      )
    }
    return String(roots[0])
  }

  private static func checkByteOrder(_ archive: ZipArchive, root: String) throws(WeightFormatError) {
    guard let order = try archive.shortText("\(root)byteorder"), order != "little" else { return }
    throw .unsupported(feature: "byte order \"\(order)\"", accepted: "little-endian files")
  }

  private static func checkVersion(_ archive: ZipArchive, root: String) throws(WeightFormatError) {
    guard let text = try archive.shortText("\(root)version") else { return }
    guard let version = Int(text.filter { !$0.isWhitespace }), versions.contains(version) else {
      throw .unsupported(
        feature: "archive version \"\(text)\"", accepted: "versions \(versions.lowerBound) to \(versions.upperBound)")
    }
  }

  private static func pickle(
    _ archive: ZipArchive, root: String, limits: WeightLimits
  ) throws(WeightFormatError) -> Pickle {
    let name = "\(root)data.pkl"
    guard let entry = archive[name] else { preconditionFailure("the root is where data.pkl is") }
    // A stored entry costs nothing before it is read, and reading has the same bound.
    guard entry.method == 0 || entry.size <= limits.pickleBytes else {
      throw .limitExceeded(limit: "bytes in \(name)", maximum: limits.pickleBytes, found: entry.size)
    }
    let slice = try archive.contents(of: entry)
    return try slice.storage.withBytes { bytes throws(WeightFormatError) in
      try PickleMachine.run(UnsafeRawBufferPointer(rebasing: bytes[slice.range]), part: name, limits: limits)
    }
  }
}

extension ZipArchive {
  /// The text of a small entry, or `nil` where the archive has no such entry.
  fileprivate func shortText(_ name: String) throws(WeightFormatError) -> String? {
    guard let entry = self[name] else { return nil }
    guard entry.size <= 64 else {
      throw .limitExceeded(limit: "bytes in \(name)", maximum: 64, found: entry.size)
    }
    let slice = try contents(of: entry)
    return slice.storage.withUnsafeBytes { String(decoding: $0[slice.range], as: UTF8.self) }
  }

  fileprivate func storage(_ reference: StorageReference, root: String) throws(WeightFormatError) -> StorageSlice {
    guard let entry = self["\(root)data/\(reference.key)"] else { throw .missingStorage(key: reference.key) }
    // Checked before the entry is expanded, so that no memory is spent on an entry of the wrong size.
    try reference.check(storedBytes: entry.size, at: entry.headerOffset)
    return try contents(of: entry)
  }
}

extension StorageReference {
  /// Refuses a storage of fewer bytes than the pickle's values need.
  fileprivate func check(storedBytes: Int, at byteOffset: Int) throws(WeightFormatError) {
    guard let needed = product(count, type.bytes), needed <= storedBytes else {
      throw .malformed(
        part: "storage \(key)", byteOffset: byteOffset,
        reason: "it has \(storedBytes) bytes, too few for the \(count) values that the pickle states")
    }
  }
}

extension StorageSlice {
  /// The slice itself, after a check that it holds as many values as the pickle states.
  fileprivate func checked(against reference: StorageReference) throws(WeightFormatError) -> StorageSlice {
    try reference.check(storedBytes: range.count, at: range.lowerBound)
    return self
  }
}
