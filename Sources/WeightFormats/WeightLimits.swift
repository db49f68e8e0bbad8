/// Bounds on what a weight file may make its reader allocate; a file from a stranger stays harmless within them.
public struct WeightLimits: Hashable, Sendable {
  /// Bytes of a safetensors header; the reference implementation has the same bound.
  public var headerBytes = 100_000_000
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
  /// Values of all tensors that must be copied (converted, strided, misaligned), 4 bytes each.
  ///
  /// Tensors that point into the mapped file cost no memory of their own and do not count.
  public var copiedValues = 1 << 29

  public init() {}
}
