/// How the threads of an instance share a batch.
public enum Parallelism: String, Hashable, Sendable, CaseIterable {
  /// All threads on each layer of the whole batch: the shortest time for one sample.
  case together
  /// Each thread takes its share of the samples through all layers: nothing to wait for between layers.
  case apart
  /// For each size of batch, whichever has been faster so far; both are tried first.
  case fastest
}

/// Remembers which way of sharing a batch is faster on this machine, for each size of batch.
struct ParallelismRecord {
  private static let trials = 3

  private struct Times {
    var together = Record()
    var apart = Record()
  }

  private struct Record {
    var count = 0
    var best = Duration.seconds(1 << 30)

    mutating func add(_ time: Duration) {
      count += 1
      best = min(best, time)
    }
  }

  private var times: [Times]

  init(maximumBatch: Int) {
    times = Array(repeating: Times(), count: maximumBatch + 1)
  }

  /// What to do with a batch of `batch` samples next.
  func choice(batch: Int) -> Parallelism {
    let (together, apart) = (times[batch].together, times[batch].apart)
    if together.count < Self.trials || apart.count < Self.trials {
      return together.count <= apart.count ? .together : .apart
    }
    return apart.best < together.best ? .apart : .together
  }

  mutating func add(_ time: Duration, batch: Int, _ parallelism: Parallelism) {
    if parallelism == .together { times[batch].together.add(time) } else { times[batch].apart.add(time) }
  }
}
