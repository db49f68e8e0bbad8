/// The number of unreadable images that a run accepts: a share of all images, at least `minimum`, and never more than
/// half of them.
///
/// One damaged file in a small folder is no reason to stop, but hundreds of damaged files in a large one are.
public struct UnreadableLimit: Hashable, Sendable {
  /// The accepted share of unreadable images, 0 to 1.
  public var share: Double
  /// The accepted number of unreadable images in sets that are so small that the share gives less.
  public var minimum: Int

  /// A limit of one image in a hundred, and at least ten, unless the arguments say otherwise.
  public init(share: Double = 0.01, minimum: Int = 10) {
    self.share = share
    self.minimum = minimum
  }

  /// The most of `count` images.
  func count(of count: Int) -> Int { min(max(Int(Double(count) * share), minimum), count / 2) }
}
