import NetworkGraph

/// The weights of a file as f32 tensors, whatever the file's format.
///
/// ```swift
/// let file = try WeightFile.open(path: "weights.safetensors")
/// try network.validate(file.tensors)
/// ```
public struct WeightFile: Sendable {
  /// The file's format, told from its bytes.
  public let format: WeightFormat
  /// The tensors by full name.
  ///
  /// A tensor that the file holds as contiguous, aligned f32 points into the mapped file, which stays mapped while any
  /// such tensor lives. Other tensors are copies: half precision, bfloat16, double precision, strided and misaligned
  /// ones.
  public let tensors: Weights
  /// The tensors that are not weights, sorted by name. Their values are integers, booleans, complex numbers, or floats
  /// of 8 bits or fewer.
  public let skipped: [SkippedTensor]
  /// The `__metadata__` of a safetensors file; empty for the other formats.
  public let metadata: [String: String]

  /// Maps the file at `path` and reads its weights. The bytes decide about the format, not the file's name. Nothing in
  /// the file is ever executed.
  ///
  /// - Parameter limits: bounds on memory, for files from untrusted sources. They are lowered for small files.
  /// - Throws: `WeightFormatError`: `.system` where the file cannot be opened or mapped, `.unknownFormat` where its
  ///   format is not one of `WeightFormat`, `.limitExceeded` where it asks for too much memory, or another case that
  ///   names the damaged part.
  /// - Complexity: one pass over the header or pickle, one over the data of a zip archive for its checksums, and one
  ///   copy of every tensor that is not aligned, contiguous f32.
  public static func open(path: String, limits: WeightLimits = .init()) throws(WeightFormatError) -> WeightFile {
    try read(MappedFile(path: path), limits: limits)
  }

  /// Reads a weight file that is already in memory. Tensors may point into `storage`, and then keep it alive.
  ///
  /// - Throws: `WeightFormatError`, as `open(path:limits:)`, but never `.system` for opening a file.
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

  /// Reads a weight file from an array of its bytes, which is copied once.
  ///
  /// - Throws: `WeightFormatError`, as `open(path:limits:)`, but never `.system` for opening a file.
  public static func read(_ bytes: [UInt8], limits: WeightLimits = .init()) throws(WeightFormatError) -> WeightFile {
    try read(MemoryStorage(bytes), limits: limits)
  }
}

extension WeightStorage {
  /// `withUnsafeBytes` with a typed error.
  func withBytes<Value>(
    _ body: (UnsafeRawBufferPointer) throws(WeightFormatError) -> Value
  ) throws(WeightFormatError) -> Value {
    let result: Result<Value, WeightFormatError> = withUnsafeBytes { bytes in
      do throws(WeightFormatError) { return .success(try body(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
