/// A search as a state machine: entries in, decisions out. Nothing here waits, writes or knows the time.
///
/// The same entries give the same state, so a search that was killed is its log.
public struct SearchMachine: Sendable {
  public let scheduler: any Scheduler
  /// Epochs that all may cost together.
  public let budgetEpochs: Int?
  /// By their numbers.
  public private(set) var trials: [TrialState]
  public private(set) var test: TestResult?
  /// Parts that have begun and not ended, in the order in which they began.
  public private(set) var running: [TrialJob] = []

  public init(_ scheduler: any Scheduler, trials: Int, budgetEpochs: Int? = nil) {
    self.scheduler = scheduler
    self.budgetEpochs = budgetEpochs
    self.trials = (0..<trials).map(TrialState.init)
  }

  public init(_ definition: SearchDefinition) {
    self.init(
      definition.scheduler.scheduler(epochs: definition.epochs), trials: definition.trials,
      budgetEpochs: definition.budgetEpochs)
  }

  /// What is to be done next. A job that costs more than is left ends the search, when those that run have ended.
  public func next() -> Decision {
    let decision = scheduler.next(trials)
    guard case .run(let job) = decision, let budgetEpochs,
      epochsBegun - trials[job.trial].target + job.epochs > budgetEpochs
    else { return decision }
    return running.isEmpty ? .finished : .wait
  }

  /// Epochs of all parts that have begun.
  public var epochsBegun: Int { trials.reduce(0) { $0 + $1.target } }

  /// Epochs that trials have come to, of those that have, by their numbers.
  public var reachedEpochs: [Int: Int] {
    trials.reduce(into: [:]) { reached, trial in reached[trial.number] = trial.results.keys.max() }
  }

  /// Epochs of all parts that have ended.
  public var epochsEnded: Int { reachedEpochs.values.reduce(0, +) }

  /// Takes an entry that was decided before, or is now.
  ///
  /// - Throws: `ImpossibleEntry` where this search would never have decided so.
  public mutating func apply(_ entry: DecisionEntry) throws(ImpossibleEntry) {
    switch entry {
    case .run(let job):
      guard next() == .run(job) else { throw ImpossibleEntry(entry: entry, expected: next()) }
      begin(job)
    case .result(let job, let result):
      guard running.contains(job) else { throw ImpossibleEntry(entry: entry, expected: next()) }
      end(job, result)
    case .test(let result):
      guard test == nil, best?.number == result.trial, next() == .finished else {
        throw ImpossibleEntry(entry: entry, expected: next())
      }
      test = result
    }
  }

  /// The trial with the best validation metric at the end of its last part; nothing where none has one.
  public var best: TrialState? {
    trials.reduce(nil as TrialState?) { best, trial in
      guard let metric = trial.last?.metric else { return best }
      guard let other = best?.last?.metric else { return trial }
      return metric.isBetter(than: other) ? trial : best
    }
  }

  /// Epochs that the whole search is going to take, if the trials that come are no better than those that have been.
  public func expectedEpochs() -> Int {
    var machine = self
    while true {
      switch machine.next() {
      case .run(let job): machine.begin(job)
      case .wait:
        for job in machine.running { machine.end(job, TrialResult(.done, epochs: job.epochs, metric: .nothing)) }
      case .finished: return machine.epochsBegun
      }
    }
  }

  private mutating func begin(_ job: TrialJob) {
    trials[job.trial].begin(job.epochs)
    running.append(job)
  }

  private mutating func end(_ job: TrialJob, _ result: TrialResult) {
    running.removeAll { $0 == job }
    trials[job.trial].end(job.epochs, result)
  }
}

extension TrialMetric? {
  fileprivate static var nothing: TrialMetric? { TrialMetric(epochs: 0, accuracy: 0, loss: 0) }
}

/// A line of a log that no search of these settings would have written.
public struct ImpossibleEntry: Error, Hashable, Sendable {
  public let entry: DecisionEntry
  public let expected: Decision
}
