/// Which messages of progress are worth an event: the first, each new stage, and else about two a second, as far as there is
/// progress. So a job has some thousand of them at the most, however long it takes.
struct ProgressGate: Sendable {
  let interval: Duration
  /// Of the whole job.
  static let step = 0.001
  private var last: (stage: String, progress: Double, time: ContinuousClock.Instant)?

  init(interval: Duration) { self.interval = interval }

  mutating func admits(_ stage: String, _ progress: Double, at now: ContinuousClock.Instant) -> Bool {
    if let last, last.stage == stage, now - last.time < interval || abs(progress - last.progress) < Self.step {
      return false
    }
    last = (stage, progress, now)
    return true
  }
}
