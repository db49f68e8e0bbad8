public import InferenceRuntime

/// Pictures that are the same but for their encoding, their size, their margin or a little of their brightness.
///
/// Pairs are proposed by their signatures, and by features of a network where there are any; what decides is
/// `PictureComparison`, which brings one picture over the other. Mirrored pictures are not the same: letters and hands
/// are not either.
public enum NearDuplicates {
  /// Groups of near-duplicates, as indices of `facts`, in ascending order of their first. Byte-equal copies of a member
  /// are members too, but do not make a group by themselves.
  ///
  /// Time grows with the square of the number of images, by a few nanoseconds a pair.
  ///
  /// - Parameters:
  ///   - features: one vector an image, of any length; empty where an image has none.
  ///   - isStopping: asked now and then.
  /// - Returns: the same groups with any number of threads; nothing where it was stopped.
  public static func find(
    _ facts: [PhotoFacts], features: [[Float]]? = nil, pool: WorkerPool, isStopping: @Sendable () -> Bool = { false }
  ) -> [[Int]]? {
    precondition(features.map { $0.count == facts.count } ?? true, "features of other images")
    var copies = EqualContents(facts)
    let candidates = copies.representatives.filter { facts[$0].picture.map(isComparable) ?? false }
    let search = NearDuplicateSearch(
      candidates.map { facts[$0].picture! }, features: features.map { features in candidates.map { features[$0] } })
    guard let pairs = search.run(pool: pool, isStopping: isStopping) else { return nil }
    copies.join(pairs.map { (candidates[$0.0], candidates[$0.1]) })
    return copies.groups.filter { group in Set(group.map { facts[$0].contentHash }).count > 1 }
  }

  /// Of a picture without contrast nothing is left to compare but noise.
  private static func isComparable(_ picture: PhotoFacts.Picture) -> Bool {
    picture.light.contrast >= FindingRules.blankContrast
  }
}
