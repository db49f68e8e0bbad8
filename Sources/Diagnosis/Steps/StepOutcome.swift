/// What one of the seven steps has found.
public struct StepOutcome: Sendable, Encodable {
  public enum Verdict: String, Sendable, Encodable {
    case sound
    /// Nothing is wrong, and something could be better.
    case advice
    case fault
    /// It would have had nothing to go out from.
    case skipped
  }

  /// From 1.
  public let step: Int
  public let verdict: Verdict
  public let faults: [TuningFault]
  /// What was seen, and what it means.
  public let summary: String
  /// What to take instead, or to try next.
  public let advice: [String]
  public let evidence: StepEvidence
  /// How long it took.
  public var seconds = 0.0

  init(
    _ step: Int, faults: [TuningFault] = [], summary: String, advice: [String] = [], isSkipped: Bool = false,
    evidence: StepEvidence
  ) {
    self.step = step
    self.faults = faults
    self.summary = summary
    self.advice = advice
    self.evidence = evidence
    verdict = isSkipped ? .skipped : !faults.isEmpty ? .fault : advice.isEmpty ? .sound : .advice
  }

  public static func title(of step: Int) -> String {
    [
      "Is the first loss that of a guess?", "Can it learn a small sample by heart?",
      "Which rate makes the loss fall?", "Which rate and weight decay, roughly?", "The best, refined",
      "What do the curves say?", "What follows",
    ][step - 1]
  }
}

/// The numbers behind a verdict.
public enum StepEvidence: Sendable {
  case initialLoss(InitialLossEvidence)
  case sample(SampleEvidence)
  case rates(RatesEvidence)
  case coarse(TrialsEvidence)
  case fine(TrialsEvidence)
  case curves(CurvesEvidence)
  case conclusion(ConclusionEvidence)
  case none
}

extension StepEvidence: Encodable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .initialLoss(let evidence): try evidence.encode(to: encoder)
    case .sample(let evidence): try evidence.encode(to: encoder)
    case .rates(let evidence): try evidence.encode(to: encoder)
    case .coarse(let evidence), .fine(let evidence): try evidence.encode(to: encoder)
    case .curves(let evidence): try evidence.encode(to: encoder)
    case .conclusion(let evidence): try evidence.encode(to: encoder)
    case .none: _ = encoder.container(keyedBy: NoKey.self)
    }
  }

  private enum NoKey: CodingKey {}
}
