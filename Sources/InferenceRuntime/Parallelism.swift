/// How the threads of an instance share a batch, up to the first fully connected layer. That and all later ones take the
/// whole batch with all threads: their weights are then read once.
public enum Parallelism: String, Hashable, Sendable, CaseIterable {
  /// All threads on each layer.
  case together
  /// Each thread takes samples of its own through all of these layers, with nobody to wait for between them; who is done
  /// helps the others with theirs.
  case apart
  /// For each size of batch, whichever has been faster so far; both are tried first.
  case fastest
}

/// Remembers which way of sharing a batch is faster on this machine, for each size of batch.
struct ParallelismRecord {
  /// Runs that say how fast a way is, the latest ones.
  private static let trials = 3
  /// Every so many runs the slower way is tried again: what else the machine does may have made it look slow.
  private static let runsBetweenTrials = 50

  private struct Record {
    private var latest: [Duration] = []
    private(set) var count = 0

    var hasBeenTried: Bool { count >= trials }
    var best: Duration { latest.min() ?? .zero }

    mutating func add(_ time: Duration) {
      if latest.count < trials { latest.append(time) } else { latest[count % trials] = time }
      count += 1
    }
  }

  private struct Records {
    var together = Record()
    var apart = Record()
  }

  private var records: [Records]

  init(maximumBatch: Int) {
    records = Array(repeating: Records(), count: maximumBatch + 1)
  }

  /// What to do with a batch of `batch` samples next.
  func choice(batch: Int) -> Parallelism {
    let (together, apart) = (records[batch].together, records[batch].apart)
    guard together.hasBeenTried, apart.hasBeenTried else { return together.count <= apart.count ? .together : .apart }
    let isTrial = (together.count + apart.count) % Self.runsBetweenTrials == 0
    return (apart.best < together.best) != isTrial ? .apart : .together
  }

  mutating func add(_ time: Duration, batch: Int, _ way: Parallelism) {
    if way == .together { records[batch].together.add(time) } else { records[batch].apart.add(time) }
  }
}
