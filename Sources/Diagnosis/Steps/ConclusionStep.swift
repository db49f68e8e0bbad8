import Drawings
import Training

/// What the steps end with.
public struct ConclusionEvidence: Sendable, Encodable {
  /// Step 5 once more, with something changed.
  public struct Round: Sendable, Encodable {
    /// In words.
    public let change: String
    public let run: TrialOutcome
    public let reading: CurveReading
    /// Whether it is better by more than a standard error.
    public let isKept: Bool

    private enum CodingKeys: String, CodingKey {
      case change, run, reading
      case isKept = "is_kept"
    }
  }

  /// The best of step 5.
  public let before: TrialOutcome
  public let rounds: [Round]
  /// What to train with.
  public let settings: TrainingSettings

  /// What the settings come from.
  public var best: TrialOutcome { rounds.last(where: \.isKept)?.run ?? before }
}

/// Step 7: back to step 5 with what follows from the curves, as long as that helps and the budget lasts; else stop.
struct ConclusionStep {
  let trials: TrialBench
  let fine: TrialsEvidence
  let reading: CurveReading

  private static let mostRounds = 3

  func run(until limit: Double) throws -> StepOutcome {
    let before = fine.trials[0]
    var settings = trials.settings(
      TrialBench.Candidate(rate: before.learningRate, decay: before.weightDecay), epochs: fine.epochs)
    var (best, reading, rounds) = (before, self.reading, [ConclusionEvidence.Round]())
    var sentences: [String] = []
    while rounds.count < Self.mostRounds, rounds.last?.isKept ?? true {
      let most = epochsLeft(until: limit)
      guard let change = NextChange.following(reading, settings, mostEpochs: most) else {
        sentences.append("Nothing more follows from the curves.")
        break
      }
      guard most >= change.settings.epochs else {
        sentences.append("The budget is spent; next would be \(change.text).")
        break
      }
      let round = try round(change, best)
      rounds.append(round)
      sentences.append(text(round, best))
      guard round.isKept else { break }
      (best, reading, settings) = (round.run, round.reading, change.settings)
    }
    settings = decaying(settings, &sentences)
    trials.session.settings = settings
    return StepOutcome(
      7, summary: sentences.joined(separator: " "),
      evidence: .conclusion(ConclusionEvidence(before: before, rounds: rounds, settings: settings)))
  }

  /// Epochs that the rest of the budget allows, at most twice those of step 5.
  private func epochsLeft(until limit: Double) -> Int {
    let passes = (limit - trials.session.bench.seconds()) * trials.work.imagesPerSecond * 0.9
    return min(Int(max(passes, 0) / trials.work.epochPasses), 2 * fine.epochs)
  }

  private func round(_ change: NextChange, _ best: TrialOutcome) throws -> ConclusionEvidence.Round {
    let run = try trials.trial(change.settings, "once more")
    let gain = run.validationAccuracy - best.validationAccuracy
    return ConclusionEvidence.Round(
      change: change.text, run: run,
      reading: CurveReading(
        run.curve, classCount: trials.session.bench.classCount, hasDiverged: run.divergence != nil),
      isKept: gain > fine.differenceError(at: best.validationAccuracy))
  }

  private func text(_ round: ConclusionEvidence.Round, _ best: TrialOutcome) -> String {
    let gain = round.run.validationAccuracy - best.validationAccuracy
    let error = Phrase.points(fine.differenceError(at: best.validationAccuracy))
    return
      "Once more with \(round.change): \(Numbers.percent(round.run.validationAccuracy, 1)) of the images held out are "
      + "right, \(Phrase.points(abs(gain))) \(gain < 0 ? "fewer" : "more") than before. "
      + (round.isKept
        ? "That is more than a standard error (\(error)), so it is kept."
        : "That is no gain of more than a standard error (\(error)), so it is not kept.")
  }

  /// Even rates were for the comparison; at the end of a run they leave the weights noisy.
  private func decaying(_ settings: TrainingSettings, _ sentences: inout [String]) -> TrainingSettings {
    guard case .constant = settings.schedule else { return settings }
    var settings = settings
    settings.schedule = .cosine(CosineSchedule())
    sentences.append("To train with, the rate decays as a cosine: even rates were for the comparison.")
    return settings
  }
}
