/// Weights that stay in a thread's first-level cache, of 32 KB at least, beside the values that pass over them.
enum FirstLevelCache {
  /// Of one tile of output channels.
  private static let panelCount = 6 * 1024

  /// Into how many parts `count` weights of a tile are cut.
  static func partCount(of count: Int) -> Int { max((count + panelCount - 1) / panelCount, 1) }
}
