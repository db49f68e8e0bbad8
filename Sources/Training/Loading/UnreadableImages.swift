import Synchronization

/// The images of a data set that were found unreadable, each noted once, and never tried again.
final class UnreadableImages: Sendable {
  private let name: String
  private let limit: Int
  private let found = Mutex<[Int: UnreadableImage]>([:])
  /// The number of found images, so that readers take no lock as long as it is 0.
  private let foundCount = Atomic<Int>(0)

  init(name: String, limit: Int) {
    self.name = name
    self.limit = limit
  }

  /// In the order of the data set.
  var all: [UnreadableImage] { found.withLock { $0.values.sorted { $0.index < $1.index } } }

  func contains(_ index: Int) -> Bool {
    foundCount.load(ordering: .relaxed) > 0 && found.withLock { $0[index] != nil }
  }

  /// - Throws: `DataSetError.tooManyUnreadable`
  func note(_ image: UnreadableImage) throws(DataSetError) {
    let count = found.withLock { found in
      found[image.index] = image
      return found.count
    }
    foundCount.store(count, ordering: .relaxed)
    guard count <= limit else {
      throw .tooManyUnreadable(place: name, limit: limit, examples: Array(all.prefix(3)))
    }
  }
}
