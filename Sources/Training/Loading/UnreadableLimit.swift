/// How many images may be unreadable before a run stops: a part of all, and some in any case, but never half of them.
///
/// One damaged file in a small folder is no reason to stop, hundreds in a large one are.
public struct UnreadableLimit: Hashable, Sendable {
  public var share: Double
  public var minimum: Int

  public init(share: Double = 0.01, minimum: Int = 10) {
    self.share = share
    self.minimum = minimum
  }

  /// The most of `count` images.
  func count(of count: Int) -> Int { min(max(Int(Double(count) * share), minimum), count / 2) }
}
