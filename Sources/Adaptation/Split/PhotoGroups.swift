import ModelServing

/// Which photos belong together, and a number for each group that stays the same whatever else is in the data.
///
/// Copies and near-duplicates of one photo are one group. If some of them were learned from and others tested, the test would
/// ask for what was learned by heart.
struct PhotoGroups: Hashable, Sendable {
  /// One group number an image, from 0.
  let groups: [Int]
  /// One a group: 64 bits of a SHA-256 over the seed and the smallest content hash of the group.
  let keys: [UInt64]

  /// - Parameters:
  ///   - members: places of images that belong together; all others are groups of their own.
  ///   - hashes: one content hash an image.
  init(_ members: [[Int]], hashes: [String], seed: UInt64) {
    var groups = Array(hashes.indices)
    for group in members {
      for image in group { groups[image] = group[0] }
    }
    self.init(groups: Self.numbered(groups), hashes: hashes, seed: seed)
  }

  /// The same groups with numbers from 0 without gaps.
  private static func numbered(_ groups: [Int]) -> [Int] {
    var numbers: [Int: Int] = [:]
    return groups.map { group in
      let number = numbers[group] ?? numbers.count
      numbers[group] = number
      return number
    }
  }

  private init(groups: [Int], hashes: [String], seed: UInt64) {
    var smallest: [Int: String] = [:]
    for (group, hash) in zip(groups, hashes) { smallest[group] = min(smallest[group] ?? hash, hash) }
    self.groups = groups
    keys = smallest.keys.sorted().map { group in
      let digest = SHA256.hexDigest(of: "\(seed):\(smallest[group]!)".utf8)
      return UInt64(digest.prefix(16), radix: 16)!
    }
  }

  func key(ofImage index: Int) -> UInt64 { keys[groups[index]] }

  /// Where an image's group lies in `[0, 1)`.
  func position(ofImage index: Int) -> Double { Double(key(ofImage: index) >> 11) * 0x1p-53 }
}
