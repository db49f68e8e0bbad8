/// What a search does next.
public enum Decision: Hashable, Sendable {
  case run(TrialJob)
  /// Nothing until a result comes.
  case wait
  case finished
}

/// How many epochs each trial gets: a pure function of what is known.
///
/// Every scheduler gives the same answer to the same question, so that a search can be killed and decides the same again.
public protocol Scheduler: Sendable {
  /// - Parameter trials: all of the search, by their numbers; those that have not begun have the target 0.
  func next(_ trials: [TrialState]) -> Decision
}

/// The epochs at which trials are compared: `minimum`, and `reduction` times as many each time, up to all.
public struct Rungs: Hashable, Sendable {
  public let epochs: [Int]
  public let reduction: Int

  /// - Precondition: `1 <= minimum <= maximum`, and a reduction of at least 2.
  public init(minimum: Int, reduction: Int, maximum: Int) {
    precondition(minimum >= 1 && minimum <= maximum && reduction >= 2, "rungs rise")
    var epochs = [minimum]
    while epochs[epochs.count - 1] * reduction < maximum { epochs.append(epochs[epochs.count - 1] * reduction) }
    if epochs[epochs.count - 1] < maximum { epochs.append(maximum) }
    (self.epochs, self.reduction) = (epochs, reduction)
  }
}

extension [TrialState] {
  /// Those with a metric at a rung, the best first; of equal ones, the lower number.
  func ranked(at epochs: Int) -> [TrialState] {
    let judged = compactMap { trial in trial.metric(at: epochs).map { (trial: trial, metric: $0) } }
    return judged.sorted { first, second in
      if first.metric.isBetter(than: second.metric) { return true }
      return !second.metric.isBetter(than: first.metric) && first.trial.number < second.trial.number
    }.map(\.trial)
  }
}
