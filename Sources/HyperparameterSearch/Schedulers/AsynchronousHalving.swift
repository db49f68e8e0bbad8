/// ASHA: whoever is free promotes a trial that is among the best of its rung so far, or else begins a new one. Li et al., A System
/// for Massively Parallel Hyperparameter Tuning, 2018 (arXiv 1810.05934), algorithm 2.
///
/// Nobody waits for a rung to be complete, so what is promoted depends on the order of the results. With one worker that order is
/// always the same. A trial that diverged or failed counts in its rung, and is never promoted. Where nothing else is left and no
/// trial has been promoted to the end, the best of the highest rung is, so that a search of few trials ends with one that is
/// trained.
public struct AsynchronousHalving: Scheduler {
  public let rungs: Rungs

  public init(_ rungs: Rungs) { self.rungs = rungs }

  public func next(_ trials: [TrialState]) -> Decision {
    let steps = Array(zip(rungs.epochs, rungs.epochs.dropFirst()))
    for (epochs, longer) in steps.reversed() {
      let arrived = trials.count { $0.results[epochs] != nil }
      let best = trials.ranked(at: epochs).prefix(arrived / rungs.reduction)
      if let next = best.first(where: { $0.target < longer }) {
        return .run(TrialJob(trial: next.number, epochs: longer))
      }
    }
    if let next = trials.first(where: { $0.target == 0 }) {
      return .run(TrialJob(trial: next.number, epochs: rungs.epochs[0]))
    }
    if trials.contains(where: \.isRunning) { return .wait }
    return last(trials, steps).map(Decision.run) ?? .finished
  }

  private func last(_ trials: [TrialState], _ steps: [(epochs: Int, longer: Int)]) -> TrialJob? {
    guard let end = rungs.epochs.last, !trials.contains(where: { $0.target >= end }) else { return nil }
    for (epochs, longer) in steps.reversed() {
      guard let best = trials.ranked(at: epochs).first(where: { $0.target < longer }) else { continue }
      return TrialJob(trial: best.number, epochs: longer)
    }
    return nil
  }
}
