import Drawings
import Training

/// Step 4: a coarse grid of rates around the one that was found and of small weight decays, each for some epochs.
///
/// The user's own weight decay is in the grid too: what regularises far too strongly is far behind the others.
struct CoarseStep {
  let trials: TrialBench

  static let decays = [1e-4, 1e-5, 0]

  private var session: TuningSession { trials.session }
  private var work: TuningWork { trials.work }

  /// Pairs of the grid, for a plan.
  static func candidateCount(_ request: TuningRequest) -> Int {
    3 * (decays + given(request)).count
  }

  private static func given(_ request: TuningRequest) -> [Double] {
    let decay = request.settings.optimizer.weightDecay
    return request.given.contains(.weightDecay) && !decays.contains(decay) ? [decay] : []
  }

  func run(until limit: Double) throws -> StepOutcome {
    let evidence = try trials.evidence(candidates, epochs: work.coarseEpochs, until: limit, "coarse grid")
    guard let best = evidence.best else { preconditionFailure("the first candidate always runs") }
    let (faults, advice) = judge(evidence, best)
    session.settings.learningRate = best.learningRate
    session.settings.optimizer.weightDecay = best.weightDecay
    return StepOutcome(4, faults: faults, summary: summary(evidence, best), advice: advice, evidence: .coarse(evidence))
  }

  /// In the order of what they tell, in case not all can be tried: the user's own decay, then the rates, then other decays.
  private var candidates: [TrialBench.Candidate] {
    let middle = session.settings.learningRate
    let rates = [middle, middle * 10.0.squareRoot(), middle / 10.0.squareRoot()]
    let decays = Self.given(session.request) + Self.decays
    let first = Self.given(session.request).map { TrialBench.Candidate(rate: middle, decay: $0) }
    let ofRates = rates.map { TrialBench.Candidate(rate: $0, decay: Self.decays[0]) }
    let all = rates.flatMap { rate in decays.map { TrialBench.Candidate(rate: rate, decay: $0) } }
    let ordered = first + ofRates + all
    let distinct = ordered.indices.filter { ordered[..<$0].firstIndex(of: ordered[$0]) == nil }.map { ordered[$0] }
    return Array(distinct.prefix(work.coarseCandidates))
  }

  private func judge(_ evidence: TrialsEvidence, _ best: TrialOutcome) -> ([TuningFault], [String]) {
    if evidence.isGuessing, session.learnsUnseenImages {
      return ([], ["The candidates had too few steps to be compared: give a larger --budget."])
    }
    if evidence.isGuessing, !evidence.canTellGuesses {
      return (
        [],
        [
          "\(Phrase.counted(evidence.validationImages, "image")) held out, \(Numbers.percent(evidence.majorityShare)) of one class, "
            + "cannot tell a good network from a guess: hold more out (--validation), of every class."
        ]
      )
    }
    if evidence.isGuessing {
      return (
        [.labelsUnrelated],
        [
          "Look at some images with their labels: they may be shuffled, or not to be told from the images. If they are right, "
            + "give a larger --budget or a larger network."
        ]
      )
    }
    guard session.request.given.contains(.weightDecay), let behind = givenBehind(evidence, best) else {
      return ([], [])
    }
    return (
      [.regularisationTooStrong],
      [
        "Take a weight decay of \(RateText.of(best.weightDecay)) instead of "
          + "\(RateText.of(session.request.settings.optimizer.weightDecay)), which is \(Numbers.fixed(behind * 100, 1)) points "
          + "behind at its best rate. The next steps do."
      ]
    )
  }

  /// By how much the user's own decay is behind at its best rate, where that is far.
  private func givenBehind(_ evidence: TrialsEvidence, _ best: TrialOutcome) -> Double? {
    let given = session.request.settings.optimizer.weightDecay
    guard let own = evidence.trials.first(where: { $0.weightDecay == given }), own.weightDecay > best.weightDecay else {
      return nil
    }
    let behind = best.validationAccuracy - own.validationAccuracy
    return behind > max(0.1, 4 * evidence.differenceError(at: best.validationAccuracy)) ? behind : nil
  }

  private func summary(_ evidence: TrialsEvidence, _ best: TrialOutcome) -> String {
    let tried =
      "\(Phrase.counted(evidence.trials.count, "pair")) of rate and weight decay, \(Phrase.counted(evidence.epochs, "epoch")) "
      + "each, on \(Phrase.counted(evidence.trainingImages, "image")) (\(Numbers.percent(evidence.share)) of the training "
      + "images), judged on \(Numbers.count(evidence.validationImages)) held out."
    let left = evidence.leftOut > 0 ? " The budget left \(evidence.leftOut) out." : ""
    guard !evidence.isGuessing || session.learnsUnseenImages || !evidence.canTellGuesses else {
      return
        "\(tried)\(left) The best has \(Numbers.percent(best.validationAccuracy, 1)) right; the commonest class alone has "
        + "\(Numbers.percent(evidence.majorityShare, 1)). So what is learned does not hold for images that were not learned "
        + "from."
    }
    return "\(tried)\(left) The best is a rate of \(RateText.of(best.learningRate)) with a weight decay of "
      + "\(RateText.of(best.weightDecay)): \(Numbers.percent(best.validationAccuracy, 1)) right."
  }
}
