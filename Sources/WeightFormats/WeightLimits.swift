/// Bounds on the memory that reading a weight file may take, so that files from untrusted sources do no harm.
///
/// The defaults leave room for VGG-19, the largest network of the catalogue.
public struct WeightLimits: Hashable, Sendable {
  /// Most bytes of a safetensors header. The reference implementation has the same bound.
  public var headerBytes = 100_000_000
  /// Most values in a safetensors header, including the values within arrays and objects. Each takes the reader some 24
  /// bytes.
  public var headerValues = 4_000_000
  /// Most bytes of one pickle, which holds names and shapes but no tensor's values. 64 MiB.
  public var pickleBytes = 64 << 20
  /// Most values on the pickle machine's stack, in its memo, and in all its containers and tensors. Each of the three
  /// has this bound.
  public var pickleValues = 4_000_000
  /// Most dimensions of one tensor.
  public var rank = 64
  /// Most entries of a zip archive.
  public var archiveEntries = 100_000
  /// Most bytes that all deflated entries of a zip archive may expand to. 2 GiB.
  public var expandedBytes = 2 << 30
  /// Largest ratio of the expanded bytes to the file's bytes. It applies where the expanded bytes exceed 64 MiB.
  ///
  /// Deflate can expand data up to 1,032 times (RFC 1951), but trained weights hardly compress.
  public var expansionRatio = 100
  /// Most values of all tensors that must be copied because they are converted, strided or misaligned. A value takes 4
  /// bytes.
  ///
  /// Tensors that point into the mapped file take no memory of their own and do not count.
  public var copiedValues = 1 << 29
  /// Most copied values for each byte of the file. It applies where more than 16,777,216 values are copied.
  ///
  /// Strides of zero let a tensor of any size repeat a single stored value, so a small file could ask for much memory.
  public var copiedValuesPerByte = 64

  /// Bytes that any file may take, however small it is.
  private static let freeBytes = 64 << 20

  /// The default bounds. Change single properties to widen or narrow them.
  public init() {}

  /// The limits, lowered by the bounds that depend on the file's size.
  func applied(toFileOf bytes: Int) -> WeightLimits {
    var limits = self
    limits.expandedBytes = min(expandedBytes, max(Self.freeBytes, product(bytes, expansionRatio) ?? .max))
    limits.copiedValues = min(copiedValues, max(Self.freeBytes / 4, product(bytes, copiedValuesPerByte) ?? .max))
    return limits
  }
}
