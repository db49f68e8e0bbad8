/// A tensor in a weight file that is not a weight: its values are integers, booleans, complex numbers, or floats of 8
/// bits or fewer. An example is batch normalisation's `num_batches_tracked`.
public struct SkippedTensor: Hashable, Sendable {
  /// The full name, as in the file.
  public let name: String
  /// The element type by its name in the file, such as `I64` or `torch.LongStorage`.
  public let elementType: String
  /// The tensor's extents, outermost first; empty for a single value.
  public let shape: [Int]
}
