import NetworkGraph

/// The weights in a file, whatever its format, as f32 tensors.
///
/// ```swift
/// let file = try WeightFile.open(path: "weights.safetensors")
/// try network.validate(file.tensors)
/// ```
public struct WeightFile: Sendable {
  public let format: WeightFormat
  /// By full name. Tensors that the file holds as contiguous, aligned f32 point into the mapped file; the mapping lives
  /// as long as any of them. The others (half, bfloat16, double, strided, misaligned) are copies.
  public let tensors: Weights
  /// Integer, boolean and 8-bit tensors, which are no weights; sorted by name.
  public let skipped: [SkippedTensor]
  /// The `__metadata__` of a safetensors file; empty for the other formats.
  public let metadata: [String: String]

  /// Maps the file at `path` and reads its weights; the format is told from its bytes.
  ///
  /// Nothing in the file is ever executed. Cost: the header or pickle, one pass over the data of a zip archive (its
  /// checksums), and one copy of what is not f32.
  ///
  /// - Throws: `WeightFormatError`.
  public static func open(path: String, limits: WeightLimits = .init()) throws(WeightFormatError) -> WeightFile {
    try read(MappedFile(path: path), limits: limits)
  }

  /// Reads a weight file that is already in memory; tensors may point into `storage`.
  ///
  /// - Throws: `WeightFormatError`.
  public static func read(_ storage: any WeightStorage, limits: WeightLimits = .init()) throws(WeightFormatError)
    -> WeightFile
  {
    let format = try storage.withBytes { bytes throws(WeightFormatError) in try WeightFormat.sniff(bytes) }
    let limits = limits.applied(toFileOf: storage.withUnsafeBytes { $0.count })
    return switch format {
    case .safetensors: try SafetensorsReader.read(storage, limits: limits)
    case .pyTorchZip: try ZipCheckpointReader.read(storage, limits: limits)
    case .pyTorchLegacy: try LegacyCheckpointReader.read(storage, limits: limits)
    }
  }

  /// Reads a weight file from an array of its bytes.
  ///
  /// - Throws: `WeightFormatError`.
  public static func read(_ bytes: [UInt8], limits: WeightLimits = .init()) throws(WeightFormatError) -> WeightFile {
    try read(MemoryStorage(bytes), limits: limits)
  }
}

extension WeightStorage {
  /// `withUnsafeBytes`, keeping the type of what `body` throws.
  func withBytes<Value>(
    _ body: (UnsafeRawBufferPointer) throws(WeightFormatError) -> Value
  ) throws(WeightFormatError) -> Value {
    let result: Result<Value, WeightFormatError> = withUnsafeBytes { bytes in
      do throws(WeightFormatError) { return .success(try body(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
