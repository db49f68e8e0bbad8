import Foundation
import Jobs
import ModelServing

/// Takes a search from its first decision, or from the last one in its log, to its end.
public struct SearchRun: Sendable {
  public let definition: SearchDefinition
  public let folder: SearchFolder
  /// As `train --data`.
  public let data: String
  public private(set) var machine: SearchMachine
  private let sampler: any Sampler
  private let log: DecisionLog

  /// Opens the folder, and goes through what its log holds.
  ///
  /// - Throws: `SearchError`, `UnwritableFile`, `UnreadableFile`.
  public init(
    _ definition: SearchDefinition, identity: SearchIdentity, in folder: SearchFolder, isResuming: Bool
  ) throws {
    try Self.claim(folder, identity, isResuming: isResuming)
    let (log, entries) = try DecisionLog.open(folder.log)
    var machine = SearchMachine(definition)
    for (index, entry) in entries.enumerated() {
      do throws(ImpossibleEntry) {
        try machine.apply(entry)
      } catch {
        throw SearchError.damagedLog(
          path: folder.log.path, line: index + 1, reason: "the search would have decided otherwise")
      }
    }
    (self.definition, self.folder, data, self.machine) = (definition, folder, identity.data, machine)
    (sampler, self.log) = (definition.makeSampler(), log)
  }

  /// Writes what the search is, or compares it with what the folder holds.
  ///
  /// - Throws: `SearchError`, `UnwritableFile`, `UnreadableFile`.
  static func claim(_ folder: SearchFolder, _ identity: SearchIdentity, isResuming: Bool) throws {
    guard let bytes = FileManager.default.contents(atPath: folder.definition.path) else {
      // Decisions of nobody knows which search are not to be told as this one's.
      guard !FileManager.default.fileExists(atPath: folder.log.path) else {
        throw UnreadableFile(
          path: folder.definition.path,
          reason: "it is missing beside \(DecisionLog.fileName); give another folder with --output")
      }
      return try folder.write(try JSONValue(identity).text + "\n", to: folder.definition)
    }
    guard isResuming else { throw SearchError.unfinished(path: folder.url.path) }
    guard let kept = try? JSONDecoder().decode(SearchIdentity.self, from: bytes) else {
      throw UnreadableFile(path: folder.definition.path, reason: "it is no search")
    }
    // Through text once, as the kept one went.
    let asked = try JSONValue(identity).decoded(SearchIdentity.self)
    let differences = asked.differences(from: kept)
    guard differences.isEmpty else { throw SearchError.different(path: folder.url.path, differences: differences) }
  }

  // MARK: Trials

  /// The values of a trial's parameters.
  public func values(of trial: Int) -> [String: JSONValue] { sampler.values(of: trial) }

  /// A trial's file.
  public func spec(_ trial: Int) throws -> TrialSpec {
    try definition.spec(values(of: trial), data: data, directory: folder.trial(trial).path)
  }

  // MARK: Running

  /// Runs what is left.
  ///
  /// - Parameters:
  ///   - workers: parts of trials that run at once.
  ///   - isStopping: asked before each decision; then what runs is waited for.
  ///   - report: is told what happens, on any thread.
  /// - Returns: whether the search is over; false where it was interrupted.
  /// - Throws: `SearchError`, `UnwritableFile`, and what the worker throws.
  public mutating func run(
    workers: Int, worker: some TrialWorker, isStopping: @Sendable () -> Bool = { false },
    report: @escaping @Sendable (SearchEvent) -> Void = { _ in }
  ) async throws -> Bool {
    report(
      .began(
        trials: machine.trials.count, reached: machine.reachedEpochs, expectedEpochs: machine.expectedEpochs()))
    var interrupted = machine.running
    var isOver = true
    try await withThrowingTaskGroup(of: (TrialJob, TrialResult?).self) { group in
      var active = 0
      while true {
        while isOver, active < workers, !isStopping(), let job = try nextJob(&interrupted) {
          try begin(job, report)
          let spec = folder.spec(job.trial)
          group.addTask { (job, try await worker.run(job, spec: spec) { report(.trial(job, $0)) }) }
          active += 1
        }
        guard active > 0, let (job, result) = try await group.next() else { break }
        active -= 1
        guard let result else {
          isOver = false
          continue
        }
        try record(.result(job, result))
        try writeResult(of: job.trial)
        report(.result(job, result))
      }
    }
    return isOver && machine.next() == .finished && machine.running.isEmpty
  }

  /// What began and was interrupted goes on first.
  private mutating func nextJob(_ interrupted: inout [TrialJob]) throws -> TrialJob? {
    guard interrupted.isEmpty else { return interrupted.removeFirst() }
    guard case .run(let job) = machine.next() else { return nil }
    try record(.run(job))
    return job
  }

  private func begin(_ job: TrialJob, _ report: (SearchEvent) -> Void) throws {
    try folder.write(try spec(job.trial).json.text + "\n", to: folder.spec(job.trial))
    report(.run(job, values: values(of: job.trial)))
  }

  /// On the disk first, so that nothing is done that is not known later.
  private mutating func record(_ entry: DecisionEntry) throws {
    try log.append(entry)
    do throws(ImpossibleEntry) {
      try machine.apply(entry)
    } catch {
      preconditionFailure("a search does what it has decided: \(error)")
    }
  }

  private func writeResult(of trial: Int) throws {
    let state = machine.trials[trial]
    let results = try state.results.sorted { $0.key < $1.key }.map { try JSONValue($0.value) }
    let json = JSONValue.object([
      "trial": .integer(trial), "parameters": .object(values(of: trial)), "results": .array(results),
    ])
    try folder.write(json.text + "\n", to: folder.result(trial))
  }

  // MARK: Test images

  /// Reads the test images, once in the life of a search, for the best trial.
  ///
  /// - Parameter evaluate: of the trial's file; nothing where there are no test images.
  /// - Returns: what it, or an earlier call, found.
  public mutating func test(_ evaluate: (TrialSpec) throws -> TestFigures?) throws -> TestResult? {
    if let known = machine.test { return known }
    guard let best = machine.best, let metric = best.last?.metric,
      let figures = try evaluate(try spec(best.number))
    else { return nil }
    let result = TestResult(
      trial: best.number, epochs: metric.epochs, images: figures.images, accuracy: figures.accuracy, loss: figures.loss)
    try record(.test(result))
    return result
  }

  /// Number of images, share of them classified rightly, mean cross-entropy.
  public typealias TestFigures = (images: Int, accuracy: Double, loss: Double)
}
