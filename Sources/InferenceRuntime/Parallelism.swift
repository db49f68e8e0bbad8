/// The way in which an instance's threads share a batch, from the first layer up to the first fully connected layer.
///
/// The first fully connected layer and all later layers always take the whole batch with all threads, so that their
/// weights are read once. A batch with fewer samples than threads always runs as `together`.
public enum Parallelism: String, Hashable, Sendable, CaseIterable {
  /// All threads share the tasks of each layer.
  case together
  /// Each thread takes its own part of the batch through the layers, without waiting for other threads. A thread that
  /// has finished its part helps the others. This way needs no synchronisation between layers.
  case apart
  /// The instance measures both ways for each batch size, and takes the faster one. The slower way is tried again
  /// every 50 runs, because other processes may have disturbed the measurement. Choose one of the other two cases if
  /// equal inputs must give equal bits in every run.
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
