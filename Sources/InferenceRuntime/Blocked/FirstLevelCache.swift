/// Weights that stay in a thread's first-level cache, of 32 KB at least, beside the values that pass over them.
enum FirstLevelCache {
  /// Of one tile of output channels.
  static let panelCount = 6 * 1024
}
