import Testing

@testable import HyperparameterSearch

/// Accuracies that follow from the number of a trial alone.
private func result(_ job: TrialJob, of end: Int, accuracy: Double?) -> TrialResult {
  guard let accuracy else { return TrialResult(.diverged, epochs: job.epochs, message: "infinite") }
  return TrialResult(
    job.epochs == end ? .done : .paused, epochs: job.epochs,
    metric: TrialMetric(epochs: job.epochs, accuracy: accuracy, loss: 1 - accuracy))
}

@Suite("Schedulers")
struct SchedulerTests {
  @Test("rungs rise by the reduction, up to all epochs")
  func rungs() {
    #expect(Rungs(minimum: 1, reduction: 3, maximum: 9).epochs == [1, 3, 9])
    #expect(Rungs(minimum: 1, reduction: 3, maximum: 10).epochs == [1, 3, 9, 10])
    #expect(Rungs(minimum: 2, reduction: 4, maximum: 3).epochs == [2, 3])
    #expect(Rungs(minimum: 5, reduction: 2, maximum: 5).epochs == [5])
  }

  /// The jobs of a search with one worker.
  private func jobs(_ scheduler: any Scheduler, _ accuracies: [Double?], end: Int, budget: Int? = nil) throws -> [[Int]]
  {
    var machine = SearchMachine(scheduler, trials: accuracies.count, budgetEpochs: budget)
    var jobs: [[Int]] = []
    while case .run(let job) = machine.next() {
      try machine.apply(.run(job))
      try machine.apply(.result(job, result(job, of: end, accuracy: accuracies[job.trial])))
      jobs.append([job.trial, job.epochs])
    }
    #expect(machine.next() == .finished)
    return jobs
  }

  @Test("without a scheduler each trial is trained to its end")
  func full() throws {
    #expect(try jobs(FullTraining(epochs: 4), [0.5, nil, 0.7], end: 4) == [[0, 4], [1, 4], [2, 4]])
  }

  @Test("halving trains a third of each rung longer, the best first")
  func halving() throws {
    let scheduler = SuccessiveHalving(Rungs(minimum: 1, reduction: 3, maximum: 9))
    let accuracies = [0.1, 0.9, 0.3, 0.8, nil, 0.2, 0.7, 0.4, 0.6]
    #expect(
      try jobs(scheduler, accuracies, end: 9)
        == (0..<9).map { [$0, 1] } + [[1, 3], [3, 3], [6, 3], [1, 9]])
  }

  @Test("of equal trials the lower loss goes on, then the lower number")
  func ties() {
    var trials = (0..<3).map(TrialState.init)
    for (index, loss) in [0.5, 0.4, 0.4].enumerated() {
      trials[index].begin(1)
      trials[index].end(
        1, TrialResult(.paused, epochs: 1, metric: TrialMetric(epochs: 1, accuracy: 0.5, loss: loss)))
    }
    #expect(trials.ranked(at: 1).map(\.number) == [1, 2, 0])
  }

  /// Worked out by hand after algorithm 2 of arXiv 1810.05934.
  @Test("ASHA promotes as soon as a trial is among the best third of its rung")
  func asha() throws {
    let scheduler = AsynchronousHalving(Rungs(minimum: 1, reduction: 3, maximum: 9))
    let accuracies = [0.1, 0.9, 0.3, 0.8, nil, 0.2, 0.7, 0.4, 0.6]
    #expect(
      try jobs(scheduler, accuracies, end: 9)
        == [
          [0, 1], [1, 1], [2, 1], [1, 3], [3, 1], [4, 1], [5, 1], [3, 3], [6, 1], [7, 1], [8, 1], [6, 3], [1, 9],
        ])
  }

  @Test("ASHA with few trials ends with one that is trained to the end")
  func few() throws {
    let scheduler = AsynchronousHalving(Rungs(minimum: 1, reduction: 3, maximum: 9))
    #expect(try jobs(scheduler, [0.5, 0.6], end: 9) == [[0, 1], [1, 1], [1, 3], [1, 9]])
    #expect(try jobs(scheduler, [nil, nil], end: 9) == [[0, 1], [1, 1]])
  }

  @Test("a budget ends a search before it is spent over", arguments: [1, 2, 5, 12, 13, 100])
  func budget(epochs: Int) throws {
    let scheduler = AsynchronousHalving(Rungs(minimum: 1, reduction: 3, maximum: 9))
    let all = try jobs(scheduler, [0.1, 0.9, 0.3, 0.8, 0.2, 0.7], end: 9, budget: epochs)
    let last = all.reduce(into: [:]) { $0[$1[0]] = $1[1] }
    #expect(last.values.reduce(0, +) <= epochs)
    #expect(!all.isEmpty)
  }

  static let schedulers: [SchedulerSettings.Name] = [.none, .halving, .asha]

  @Test("however workers overlap, the log replays to its table, and halving gives one table", arguments: schedulers)
  func replay(name: SchedulerSettings.Name) throws {
    var tables: Set<[TrialState]> = []
    for seed in 0..<50 as Range<UInt32> {
      var dice = Dice(seed)
      let accuracies = (0..<14).map { number -> Double? in number % 5 == 3 ? nil : Double((number * 37) % 23) / 23 }
      let scheduler = SchedulerSettings(name, reduction: 2, minimumEpochs: 1).scheduler(epochs: 8)
      var machine = SearchMachine(scheduler, trials: 14)
      var log: [DecisionEntry] = []
      while machine.next() != .finished {
        if case .run(let job) = machine.next(), machine.running.count < 4, dice.roll(2) == 0 || machine.running.isEmpty
        {
          log.append(.run(job))
        } else {
          let job = machine.running[dice.roll(machine.running.count)]
          log.append(.result(job, result(job, of: 8, accuracy: accuracies[job.trial])))
        }
        try machine.apply(log[log.count - 1])
      }
      var again = SearchMachine(scheduler, trials: 14)
      for entry in log { try again.apply(entry) }
      #expect(again.trials == machine.trials)
      tables.insert(machine.trials)
    }
    if name != .asha { #expect(tables.count == 1) }
  }

  @Test("an entry that the search would not have decided is refused")
  func impossible() throws {
    var machine = SearchMachine(FullTraining(epochs: 3), trials: 2)
    #expect(throws: ImpossibleEntry.self) { try machine.apply(.run(TrialJob(trial: 1, epochs: 3))) }
    #expect(throws: ImpossibleEntry.self) { try machine.apply(.run(TrialJob(trial: 0, epochs: 2))) }
    let job = TrialJob(trial: 0, epochs: 3)
    #expect(throws: ImpossibleEntry.self) { try machine.apply(.result(job, result(job, of: 3, accuracy: 1))) }
    #expect(throws: ImpossibleEntry.self) {
      try machine.apply(.test(TestResult(trial: 0, epochs: 3, images: 1, accuracy: 1, loss: 0)))
    }
  }

  @Test("what a search is going to cost is known before it begins")
  func expected() {
    let rungs = Rungs(minimum: 1, reduction: 3, maximum: 9)
    #expect(SearchMachine(FullTraining(epochs: 9), trials: 9).expectedEpochs() == 81)
    #expect(SearchMachine(SuccessiveHalving(rungs), trials: 9).expectedEpochs() == 9 + 3 * 2 + 6)
  }
}

/// Numerical Recipes' linear congruence: an order of no particular quality.
struct Dice {
  private var state: UInt32

  init(_ seed: UInt32) { state = seed &* 747_796_405 &+ 1 }

  mutating func roll(_ sides: Int) -> Int {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Int(state >> 16) % sides
  }
}
