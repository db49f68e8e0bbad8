/// Which messages of progress are worth an event: the first, each new stage, and else about two a second.
struct ProgressGate: Sendable {
  let interval: Duration
  private var last: (stage: String, time: ContinuousClock.Instant)?

  init(interval: Duration) { self.interval = interval }

  mutating func admits(_ stage: String, at now: ContinuousClock.Instant) -> Bool {
    if let last, last.stage == stage, now - last.time < interval { return false }
    last = (stage, now)
    return true
  }
}
