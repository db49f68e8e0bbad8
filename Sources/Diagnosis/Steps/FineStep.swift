import Drawings
import Training

/// Step 5: the best of the coarse grid and rates close to it, for ten to twenty epochs without decay of the rate.
struct FineStep {
  let trials: TrialBench

  static let factors = [1, 1 / 1.8, 1.8]

  func run(until limit: Double) throws -> StepOutcome {
    let settings = trials.session.settings
    let candidates = Self.factors.prefix(trials.work.fineCandidates).map {
      TrialBench.Candidate(rate: settings.learningRate * $0, decay: settings.optimizer.weightDecay)
    }
    let evidence = try trials.evidence(
      candidates, epochs: trials.work.fineEpochs, until: limit, "fine grid")
    guard let best = evidence.best else { preconditionFailure("the first candidate always runs") }
    trials.session.settings.learningRate = best.learningRate
    let left = evidence.leftOut > 0 ? " The budget left \(evidence.leftOut) out." : ""
    let short = evidence.epochs < 10 ? " The budget allowed no ten epochs." : ""
    return StepOutcome(
      5,
      summary:
        "\(Phrase.counted(evidence.trials.count, "rate")), \(Phrase.counted(evidence.epochs, "epoch")) each without "
        + "decay of the rate.\(left)\(short) The best is \(RateText.of(best.learningRate)): "
        + "\(Numbers.percent(best.validationAccuracy, 1)) of the images held out are right.",
      evidence: .fine(evidence))
  }
}
