/// What adapting does, in this order; fine-tuning only where it was asked for.
public enum AdaptationStage: String, Codable, CaseIterable, Sendable {
  /// Every photo by itself: can it be read, is it a copy, is it dark or blurred.
  case audit
  /// The base's features of every photo.
  case features
  /// Near-duplicates, and which photos are learned from, chosen by and tested with.
  case split
  /// Cross-validation chooses a head; it is fitted and calibrated.
  case head
  /// The test photos are opened: once for each version, when everything about it is chosen.
  case evaluate
  /// Figures and pictures for the report.
  case report
  /// A version is put into the repository, with its report.
  case publish
  /// Upper layers are trained, and published if that helps.
  case fineTune = "fine-tune"

  /// Its part of the time, roughly, with and without fine-tuning.
  fileprivate func share(fineTuning: Bool) -> Double {
    let share =
      switch self {
      case .audit: 0.25
      case .features: 0.4
      case .split: 0.02
      case .head: 0.15
      case .evaluate: 0.14
      case .report: 0.02
      case .publish: 0.02
      case .fineTune: 0.0
      }
    guard fineTuning else { return share }
    return self == .fineTune ? 0.6 : share * 0.4
  }
}

/// Where a run stands.
public struct AdaptationProgress: Hashable, Sendable {
  /// What is being done.
  public var stage: AdaptationStage
  /// Of the stage, 0 to 1.
  public var stageProgress: Double
  /// Of the run, 0 to 1.
  public var progress: Double
  /// Estimated from the time that was taken so far; nothing in the first second.
  public var secondsLeft: Double?
}

/// What a run tells while it goes on.
public enum AdaptationEvent: Sendable {
  case progress(AdaptationProgress)
  /// An epoch of fine-tuning is over.
  case epoch(AdaptationReport.FineTuning.Epoch)
  /// Something that a user may want to know, in a sentence.
  case log(String)
  /// A version is in the repository.
  case published(AdaptationReport.Model)
}

/// Turns the progress of stages into that of the run, and times them.
struct StageMeter {
  /// After so many seconds of a stage its time is kept, for whoever goes on when the run is ended by force.
  private static let savingInterval = 5.0

  private let fineTunes: Bool
  private let times: StageTimes
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var stage: AdaptationStage?
  private var stageStart: ContinuousClock.Instant
  private var highest = 0.0
  /// Wall clock of the stages that are over, of all attempts of the run together.
  private(set) var seconds: [String: Double]

  init(fineTunes: Bool, times: StageTimes) {
    self.fineTunes = fineTunes
    self.times = times
    seconds = times.load()
    start = clock.now
    stageStart = start
  }

  /// - Parameters:
  ///   - fraction: of the stage.
  ///   - secondsLeft: where the stage knows better.
  mutating func progress(
    _ stage: AdaptationStage, _ fraction: Double, secondsLeft: Double? = nil
  ) -> AdaptationProgress {
    let now = clock.now
    if stage != self.stage || (now - stageStart) / .seconds(1) > Self.savingInterval {
      end(at: now)
      self.stage = stage
    }
    let before = AdaptationStage.allCases.prefix { $0 != stage }.reduce(0) { $0 + $1.share(fineTuning: fineTunes) }
    highest = max(highest, before + stage.share(fineTuning: fineTunes) * min(max(fraction, 0), 1))
    let elapsed = (now - start) / .seconds(1)
    let estimate = elapsed > 1 && highest > 0.02 ? elapsed / highest * (1 - highest) : nil
    return AdaptationProgress(
      stage: stage, stageProgress: fraction, progress: min(highest, 1), secondsLeft: secondsLeft ?? estimate)
  }

  /// Ends the stage that is running.
  mutating func end() { end(at: clock.now) }

  private mutating func end(at now: ContinuousClock.Instant) {
    if let stage {
      seconds[stage.rawValue, default: 0] += (now - stageStart) / .seconds(1)
      times.save(seconds)
    }
    stage = nil
    stageStart = now
  }
}
