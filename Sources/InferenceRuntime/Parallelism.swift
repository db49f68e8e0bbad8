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
  /// `apart`, until runs show that `together` is faster for a batch of its size. From time to time a run of the other
  /// way is compared with the run before it. Choose one of the other two cases if equal inputs must give equal bits in
  /// every run.
  case fastest
}

/// Remembers which way of sharing a batch is faster on this machine, for each size of batch.
///
/// Threads with samples of their own wait for no other thread between layers, so `apart` is the way until the
/// measurements speak against it. Other processes disturb runs for seconds at a time. A trial of the other way is
/// therefore compared with the run right before it, and the median of five such comparisons decides.
struct ParallelismRecord {
  /// A trial is the last of so many runs: often enough to learn, and seldom enough that live traffic loses nothing.
  static let runsBetweenTrials = 24
  /// Of five ratios, three decide on which side the median lies.
  private static let (trials, majority) = (5, 3)
  /// The other way becomes the usual one where it takes less than this share of the usual way's time.
  static let worthwhile = 0.97

  private struct Record {
    var usual = Parallelism.apart
    var runs = 0
    /// The latest run of the usual way.
    var usualTime: Duration?
    /// A bit for each trial, the latest one lowest: whether the other way was worthwhile.
    var successes: UInt8 = 0

    var isTrial: Bool { (runs + 1) % runsBetweenTrials == 0 }
    var other: Parallelism { usual == .apart ? .together : .apart }
  }

  private var records: [Record]

  init(maximumBatch: Int) {
    records = Array(repeating: Record(), count: maximumBatch + 1)
  }

  /// What to do with a batch of `batch` samples next.
  func choice(batch: Int) -> Parallelism {
    records[batch].isTrial ? records[batch].other : records[batch].usual
  }

  /// Notes the time of a run that took the way of `choice`.
  mutating func add(_ time: Duration, batch: Int) {
    let isTrial = records[batch].isTrial
    records[batch].runs += 1
    if isTrial { compare(time, batch: batch) } else { records[batch].usualTime = time }
  }

  private mutating func compare(_ time: Duration, batch: Int) {
    guard let usualTime = records[batch].usualTime else { return }
    let isSuccess = time < usualTime * Self.worthwhile
    records[batch].successes = (records[batch].successes << 1 | (isSuccess ? 1 : 0)) & ((1 << Self.trials) - 1)
    guard records[batch].successes.nonzeroBitCount >= Self.majority else { return }
    records[batch].usual = records[batch].other
    records[batch].usualTime = time
    records[batch].successes = 0
  }
}
