/// A tensor that a file holds and that is no weight, such as batch norm's `num_batches_tracked`.
public struct SkippedTensor: Hashable, Sendable {
  /// The full name, as in the file.
  public let name: String
  /// The element type in the file's own words, such as `I64` or `torch.LongStorage`.
  public let elementType: String
  public let shape: [Int]
}
