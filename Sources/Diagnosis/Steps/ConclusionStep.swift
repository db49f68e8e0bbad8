import Drawings
import Training

/// What the steps end with.
public struct ConclusionEvidence: Sendable, Encodable {
  /// What was changed for another run of step 5; nothing where nothing followed, or the budget was spent.
  public let change: String?
  /// The best run before, and the one with the change.
  public let before: TrialOutcome
  public let after: TrialOutcome?
  public let reading: CurveReading?
  /// What to train with.
  public let settings: TrainingSettings
}

/// Step 7: back to step 5 with what follows from the curves, as long as the budget lasts; else stop.
struct ConclusionStep {
  let trials: TrialBench
  let fine: TrialsEvidence
  let reading: CurveReading

  func run(until limit: Double) throws -> StepOutcome {
    let before = fine.trials[0]
    let settings = trials.settings(
      TrialBench.Candidate(rate: before.learningRate, decay: before.weightDecay), epochs: fine.epochs)
    let left = limit - trials.session.bench.seconds()
    let mostEpochs = min(Int(left * trials.work.imagesPerSecond * 0.9 / trials.work.epochPasses), 2 * fine.epochs)
    guard let change = NextChange.following(reading, settings, mostEpochs: mostEpochs) else {
      return outcome("Nothing follows from the curves: stop here.", before, settings)
    }
    guard mostEpochs >= change.settings.epochs else {
      return outcome(
        "The budget is spent. Next would be \(change.text).", before, change.settings, change: change.text)
    }
    let after = try trials.trial(change.settings, "once more")
    return judged(before, after, settings, change)
  }

  private func judged(
    _ before: TrialOutcome, _ after: TrialOutcome, _ settings: TrainingSettings, _ change: NextChange
  ) -> StepOutcome {
    let gain = after.validationAccuracy - before.validationAccuracy
    let isBetter = TrialOutcome.isWorse(before, after)
    let again = CurveReading(
      after.curve, classCount: trials.session.bench.classCount, hasDiverged: after.divergence != nil)
    let error = fine.differenceError(at: before.validationAccuracy)
    let size =
      abs(gain) > 2 * error
      ? "which chance would not do" : "which chance can do (its standard error is \(Phrase.points(error)))"
    let next =
      again.findings.first.map { " Its curve says: \($0.observation) \($0.advice)" }
      ?? " Nothing is to be said against its curve."
    return outcome(
      "Once more with \(change.text): \(Numbers.percent(after.validationAccuracy, 1)) of the images held out are right, "
        + "\(Phrase.points(abs(gain))) \(gain < 0 ? "fewer" : "more"), \(size). "
        + (isBetter ? "That is kept." : "The run before is kept.") + next,
      before, isBetter ? change.settings : settings, change: change.text, after: after, reading: again)
  }

  private func outcome(
    _ summary: String, _ before: TrialOutcome, _ settings: TrainingSettings, change: String? = nil,
    after: TrialOutcome? = nil, reading: CurveReading? = nil
  ) -> StepOutcome {
    trials.session.settings = settings
    return StepOutcome(
      7, summary: summary,
      evidence: .conclusion(
        ConclusionEvidence(
          change: change, before: before, after: after, reading: reading, settings: settings)))
  }
}
