import Drawings
import Training

/// Trains the candidates of steps 4, 5 and 7 one after the other, as far as the budget goes.
final class TrialBench {
  let session: TuningSession
  let work: TuningWork
  private let run: TrialRun

  init(_ session: TuningSession, _ work: TuningWork) throws {
    self.session = session
    self.work = work
    run = try TrialRun(session.bench, work, seed: session.settings.seed)
  }

  struct Candidate: Hashable {
    let rate: Double
    let decay: Double
  }

  /// - Parameter until: seconds since the beginning, by which the last candidate has to have begun; the first one runs anyhow.
  func evidence(_ candidates: [Candidate], epochs: Int, until limit: Double, _ name: String) throws -> TrialsEvidence {
    var (trials, longest) = ([TrialOutcome](), 0.0)
    for (index, candidate) in candidates.enumerated() {
      let start = session.bench.seconds()
      guard trials.isEmpty || start + longest <= limit else { break }
      trials.append(
        try trial(settings(candidate, epochs: epochs), "\(name) \(index + 1) of \(candidates.count)"))
      longest = max(longest, session.bench.seconds() - start)
    }
    return evidence(trials, epochs: epochs, leftOut: candidates.count - trials.count)
  }

  func evidence(_ trials: [TrialOutcome], epochs: Int, leftOut: Int) -> TrialsEvidence {
    TrialsEvidence(
      share: work.share, trainingImages: run.trainingImages, validationImages: run.validationImages, epochs: epochs,
      majorityShare: session.bench.majorityShare,
      trials: trials.sorted { TrialOutcome.isWorse($1, $0) }, leftOut: leftOut)
  }

  func trial(_ settings: TrainingSettings, _ name: String) throws -> TrialOutcome {
    do {
      return try run.run(settings) { passes in
        try session.advance(
          passes,
          "\(name): rate \(RateText.of(settings.learningRate)), weight decay "
            + RateText.of(settings.optimizer.weightDecay))
      }
    } catch let error as TrainerError {
      guard case .stopped = error else { throw error }
      try session.advance(0, name)
      throw error
    }
  }

  /// At a rate that stays as it is.
  func settings(_ candidate: Candidate, epochs: Int) -> TrainingSettings {
    var settings = session.settings
    settings.learningRate = candidate.rate
    settings.optimizer.weightDecay = candidate.decay
    settings.epochs = epochs
    settings.schedule = .constant(ConstantSchedule())
    settings.warmUp = 0
    settings.average = .none
    settings.earlyStopping = nil
    return settings
  }
}
