import Drawings

/// The readings of the candidates of step 5, the best first.
public struct CurvesEvidence: Sendable, Encodable {
  public struct Entry: Sendable, Encodable {
    public let learningRate: Double
    public let reading: CurveReading

    private enum CodingKeys: String, CodingKey {
      case reading
      case learningRate = "learning_rate"
    }
  }

  public let curves: [Entry]
}

/// Step 6: what the curves of step 5 say; the best one's is what follows.
struct CurvesStep {
  let classCount: Int
  let trials: [TrialOutcome]

  var best: CurveReading { reading(trials[0]) }

  func run() -> StepOutcome {
    let best = best
    let entries = trials.map { CurvesEvidence.Entry(learningRate: $0.learningRate, reading: reading($0)) }
    let summary =
      switch best.verdict {
      case .sound: "Nothing is to be said against the best curve."
      case .tooShort: "\(Phrase.counted(best.epochs, "epoch")) are too few to read a curve."
      case .findings: best.findings.map(\.observation).joined(separator: " ")
      }
    return StepOutcome(
      6, summary: summary, advice: best.findings.map(\.advice), evidence: .curves(CurvesEvidence(curves: entries)))
  }

  private func reading(_ trial: TrialOutcome) -> CurveReading {
    CurveReading(trial.curve, classCount: classCount, hasDiverged: trial.divergence != nil)
  }
}
