/// How far the seven steps are.
public struct TuningProgress: Hashable, Sendable {
  /// From 1.
  public let step: Int
  /// What is being done, in a few words.
  public let doing: String
  /// Of all the work that is planned, 0 to 1.
  public let fraction: Double
  /// By what was done so far.
  public let secondsLeft: Double
}

/// What the seven steps tell while they go on.
public enum TuningEvent: Sendable {
  case planned(TuningWork)
  case progress(TuningProgress)
  case step(StepOutcome)
}

/// Counts the work that is done beside the work that is planned.
final class WorkMeter {
  var step = 1
  private let seconds: () -> Double
  private let tell: (TuningEvent) throws -> Void
  private var planned = 0.0
  private var begun = 0.0
  private var done = 0.0
  /// Where each step's part of the work ends.
  private var ends: [Double] = []

  init(seconds: @escaping () -> Double, tell: @escaping (TuningEvent) throws -> Void) {
    self.seconds = seconds
    self.tell = tell
  }

  /// - Parameter parts: the passes of each step.
  func plan(_ parts: [Double]) {
    ends = parts.indices.map { parts[...$0].reduce(0, +) }
    planned = ends.last ?? 0
    begun = seconds()
  }

  func advance(_ passes: Double, _ doing: String) throws {
    done += passes
    try tell(.progress(progress(doing)))
  }

  /// What a step has not used is not left to be done.
  func finish(_ step: Int) {
    if ends.indices.contains(step - 1), done < ends[step - 1] { skip(to: ends[step - 1]) }
    self.step = step + 1
  }

  private var skipped = 0.0

  /// Passes a second since the plan was made; nothing before any.
  var speed: Double? {
    let (worked, time) = (done - skipped, seconds() - begun)
    return worked > 0 && time > 0 ? worked / time : nil
  }

  private func skip(to end: Double) {
    skipped += end - done
    done = end
  }

  private func progress(_ doing: String) -> TuningProgress {
    let (worked, time) = (done - skipped, seconds() - begun)
    let left = max(planned - done, 0)
    return TuningProgress(
      step: step, doing: doing, fraction: planned > 0 ? min(done / planned, 1) : 0,
      secondsLeft: worked > 0 ? time / worked * left : 0)
  }
}
