/// Bounds on what a weight file may make its reader allocate; a file from a stranger stays harmless within them.
public struct WeightLimits: Hashable, Sendable {
  /// Bytes of a safetensors header; the reference implementation has the same bound.
  public var headerBytes = 100_000_000
  /// Values in a safetensors header, those within arrays and objects included: each costs its reader some 24 bytes.
  public var headerValues = 4_000_000
  /// Bytes of one pickle (names and shapes, without the tensors' values).
  public var pickleBytes = 64 << 20
  /// Values on the pickle machine's stack, in its memo, and in all containers and tensors it has made: each at most this.
  public var pickleValues = 4_000_000
  /// Dimensions of one tensor.
  public var rank = 64
  /// Entries of a zip archive.
  public var archiveEntries = 100_000
  /// Bytes that all deflated entries of a zip archive may expand to.
  public var expandedBytes = 2 << 30
  /// How many times the size of its file deflated entries may expand to, once they exceed `freeBytes`. Deflate gains up
  /// to 1,032 times (RFC 1951), but nothing on weights that were trained.
  public var expansionRatio = 100
  /// Values of all tensors that must be copied (converted, strided, misaligned), 4 bytes each.
  ///
  /// Tensors that point into the mapped file cost no memory of their own and do not count.
  public var copiedValues = 1 << 29
  /// Copied values for each byte of the file, once they exceed a quarter of `freeBytes`: strides of zero let a tensor of
  /// any size repeat a single stored value.
  public var copiedValuesPerByte = 64

  /// What any file may cost, however small it is.
  private static let freeBytes = 64 << 20

  public init() {}

  /// The same with the bounds that follow from a file's size.
  func applied(toFileOf bytes: Int) -> WeightLimits {
    var limits = self
    limits.expandedBytes = min(expandedBytes, max(Self.freeBytes, product(bytes, expansionRatio) ?? .max))
    limits.copiedValues = min(copiedValues, max(Self.freeBytes / 4, product(bytes, copiedValuesPerByte) ?? .max))
    return limits
  }
}
