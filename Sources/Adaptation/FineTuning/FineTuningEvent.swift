/// What fine-tuning tells while it goes on.
public enum FineTuningEvent: Sendable {
  /// - fraction: what part of all work is done, 0 to 1.
  /// - secondsLeft: estimated from what this call has done; nothing before that is known.
  case progress(fraction: Double, secondsLeft: Double?)
  /// An epoch is over.
  case epoch(AdaptationReport.FineTuning.Epoch)
  /// Something that a user may want to know, in a sentence.
  case log(String)
}

/// How much of the work is done, in multiply-accumulates, and how long the rest takes.
struct WorkMeter {
  private let total: Double
  private var begun: (work: Double, time: ContinuousClock.Instant)?

  init(total: Double) {
    self.total = total
  }

  /// What is done after `work`, measured from the first call on.
  mutating func event(_ work: Double, now: ContinuousClock.Instant) -> FineTuningEvent {
    let begun = self.begun ?? (work, now)
    self.begun = begun
    let seconds = (now - begun.time) / .seconds(1)
    let done = work - begun.work
    return .progress(
      fraction: min(work / total, 1), secondsLeft: done > 0 ? seconds / done * max(total - work, 0) : nil)
  }
}
