/// Estimates how long admitted samples take until they are answered, from the samples that were answered before. A
/// plain value: time is passed in.
///
/// By Little's law a queue of L samples that leave at the rate r takes L / r. The rate counts the samples that were
/// answered while there was work, whatever delayed them: decoding, computing, or waiting for a fuller batch. If
/// batches are full, the same law holds for whole batches.
struct LoadEstimate {
  /// Mean time between two samples' answers over the last batches that left others waiting; zero before the first.
  private(set) var timePerSample = Duration.zero
  /// Mean time between two batches' answers.
  private(set) var timePerBatch = Duration.zero
  /// Since when there has been something to do without a batch's being answered.
  private var since: ContinuousClock.Instant?

  /// Something came to a queue that was empty.
  mutating func becameBusy(now: ContinuousClock.Instant) { since = now }

  /// Takes note of an answered batch.
  ///
  /// - Parameter leavesOthers: whether more samples were waiting. If none were, a small batch does not show how many
  ///   samples could have been answered.
  mutating func answered(_ samples: Int, leavesOthers: Bool, now: ContinuousClock.Instant) {
    defer { since = now }
    guard let since, samples > 0 else { return }
    if leavesOthers { timePerSample = Self.mean(timePerSample, (now - since) / samples) }
    timePerBatch = Self.mean(timePerBatch, now - since)
  }

  /// Time until so many samples, which need so many batches, are answered.
  func time(forSamples samples: Int, batches: Int) -> Duration {
    max(timePerSample * samples, timePerBatch * batches)
  }

  private static func mean(_ old: Duration, _ new: Duration) -> Duration {
    old == .zero ? new : old * 0.8 + new * 0.2
  }
}
