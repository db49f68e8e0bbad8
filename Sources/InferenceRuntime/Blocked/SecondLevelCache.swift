/// Weights that stay in a thread's second-level cache, of 1 MB, beside the values that pass over them.
enum SecondLevelCache {
  /// Of one tile of output channels.
  static let panelCount = 64 * 1024
  /// Of all tiles together.
  static let residentCount = 128 * 1024
}
