/// Parts for cross-validation: each image is in one, groups stay together, and each class is spread evenly.
struct Folds: Hashable, Sendable {
  /// Places in the data set, one list a fold; no fold is empty.
  let parts: [[Int]]

  /// Deals the groups of each class to the folds, in the order of their keys, always to the fold that has the fewest images
  /// of the class.
  ///
  /// - Parameters:
  ///   - images: places in the data set.
  ///   - labels: of all images of the data set.
  init(_ images: [Int], labels: [Int], groups: PhotoGroups, count: Int) {
    let members = Dictionary(grouping: images) { groups.groups[$0] }
    // A group of several classes, which contradicts itself, counts for that of its first image.
    let order = members.keys.sorted {
      (labels[members[$0]![0]], groups.keys[$0], $0) < (labels[members[$1]![0]], groups.keys[$1], $1)
    }
    var parts = [[Int]](repeating: [], count: max(1, min(count, order.count)))
    var ofClass = [Int](repeating: 0, count: parts.count)
    var label = -1
    for group in order {
      let own = members[group]!
      if labels[own[0]] != label {
        label = labels[own[0]]
        ofClass = [Int](repeating: 0, count: parts.count)
      }
      let fold = parts.indices.min { (ofClass[$0], parts[$0].count, $0) < (ofClass[$1], parts[$1].count, $1) }!
      parts[fold] += own
      ofClass[fold] += own.count
    }
    self.parts = parts.map { $0.sorted() }
  }

  /// The images of all other folds.
  func others(than fold: Int) -> [Int] { parts.indices.filter { $0 != fold }.flatMap { parts[$0] }.sorted() }
}
