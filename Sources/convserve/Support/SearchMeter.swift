import Drawings
import Foundation
import HyperparameterSearch
import Jobs
import ModelServing
import NetworkAnalysis
import Synchronization
import Training

/// What `search` shows of its progress: JSON lines or, at the end, a table on standard output; what passes on standard error.
final class SearchMeter: Sendable {
  fileprivate struct State {
    var start: ContinuousClock.Instant?
    /// Epochs that were done when this run began.
    var before = 0
    var expected = 0
    /// Epochs of parts that have ended, and of those that run.
    var ended = 0
    var running: [TrialJob: Int] = [:]
    /// Where each trial stood.
    var reached: [Int: Int] = [:]
    var isShown = false
    var best: TrialMetric?

    var done: Int { ended + running.values.reduce(0, +) }
  }

  private static let shownRows = 10

  private let printsJSON: Bool
  private let isTerminal: Bool
  private let state = Mutex(State())
  private let clock = ContinuousClock()

  init(printsJSON: Bool, isTerminal: Bool) {
    (self.printsJSON, self.isTerminal) = (printsJSON, isTerminal)
  }

  /// Epochs that are done.
  var epochs: Int { state.withLock { $0.done } }

  /// The best that the search had found before.
  func knows(best: TrialMetric?) { state.withLock { $0.best = best } }

  func show(_ event: SearchEvent) {
    state.withLock { state in
      take(event, &state)
      let words = state.words(of: event)
      if printsJSON { try? Terminal.write(json(event, words, state).text + "\n") }
      switch event {
      case .began, .run: break
      case .trial: if isTerminal, !printsJSON { draw(&state) }
      case .result:
        guard !printsJSON, let words else { break }
        clear(&state)
        Terminal.note(words + "; " + progress(state))
      }
    }
  }

  /// Sums up what was found.
  ///
  /// - Throws: `UnwritableOutput`.
  func finish(_ report: SearchReport, _ folder: SearchFolder, _ version: TrainedVersion?) throws {
    guard !printsJSON else { return try Terminal.write(Self.json(report, folder, version).text + "\n") }
    try Terminal.write(report.table(limit: Self.shownRows).text(width: Terminal.width))
    try Terminal.write("\n" + report.findings.map { $0 + "\n" }.joined() + "Report: \(folder.page.path)\n")
    if let version {
      try Terminal.write("version \(version.version) of \(version.name): \(version.directory.path)\n")
    }
  }

  // MARK: Counting

  private func take(_ event: SearchEvent, _ state: inout State) {
    switch event {
    case .began(_, let reached, let expected):
      let ended = reached.values.reduce(0, +)
      (state.start, state.before, state.ended) = (clock.now, ended, ended)
      (state.expected, state.reached) = (expected, reached)
    case .run(let job, _): state.running[job] = 0
    case .trial(let job, .epoch(let record)): state.running[job] = record.epoch - state.reached[job.trial, default: 0]
    case .trial(let job, .started(let done, _, _, _)): state.running[job] = done - state.reached[job.trial, default: 0]
    case .trial: break
    case .result(let job, _):
      state.running[job] = nil
      state.ended += job.epochs - state.reached[job.trial, default: 0]
      state.reached[job.trial] = job.epochs
    }
  }

  private func progress(_ state: State) -> String {
    let text = "\(state.done) of \(state.expected) epochs"
    return timeLeft(state).map { text + ", \(TimeText.clock($0)) left" } ?? text
  }

  private func timeLeft(_ state: State) -> Duration? {
    guard let start = state.start, state.done > state.before, state.expected > state.done else { return nil }
    return (clock.now - start) * (state.expected - state.done) / (state.done - state.before)
  }

  private func draw(_ state: inout State) {
    state.isShown = true
    Terminal.note("\r\(progress(state)), \(state.running.count) running\u{1B}[K", terminator: "")
  }

  private func clear(_ state: inout State) {
    if isTerminal, state.isShown { Terminal.note("\r\u{1B}[K", terminator: "") }
  }

  fileprivate static func line(_ job: TrialJob, _ result: TrialResult) -> String {
    let epochs = Phrase.counted(result.epochs, "epoch")
    switch result.status {
    case .paused, .done:
      let accuracy = result.accuracy.map { Numbers.percent($0, 2) } ?? Numbers.none
      return "trial \(job.trial): accuracy \(accuracy) after \(epochs)"
    case .diverged: return "trial \(job.trial): diverged in epoch \(result.epochs)"
    case .failed: return "trial \(job.trial): failed: \(result.message ?? "no reason is known")"
    }
  }

  // MARK: JSON lines

  /// With how far the whole is.
  private func json(_ event: SearchEvent, _ words: String?, _ state: State) -> JSONValue {
    guard case .object(var members) = Self.json(event) else { return .null }
    members["message"] = words.map(JSONValue.string)
    members["progress"] = .number(min(Double(state.done) / Double(max(state.expected, 1)), 1))
    members["seconds_left"] = timeLeft(state).map { .number($0 / .seconds(1)) }
    return .object(members)
  }

  private static func json(_ event: SearchEvent) -> JSONValue {
    switch event {
    case .began(let trials, let reached, let expected):
      .object([
        "event": .string("began"), "trials": .integer(trials),
        "epochs_done": .integer(reached.values.reduce(0, +)),
        "epochs_expected": .integer(expected),
      ])
    case .run(let job, let values):
      .object([
        "event": .string("run"), "trial": .integer(job.trial), "epochs": .integer(job.epochs),
        "parameters": .object(values),
      ])
    case .trial(let job, let event):
      .object(["event": .string("trial"), "trial": .integer(job.trial), "line": event.json])
    case .result(let job, let result):
      .object([
        "event": .string("result"), "trial": .integer(job.trial), "result": (try? JSONValue(result)) ?? .null,
      ])
    }
  }

  private static func json(
    _ report: SearchReport, _ folder: SearchFolder, _ version: TrainedVersion?
  ) -> JSONValue {
    .object([
      "model": version.map {
        .object([
          "name": .string($0.name), "version": .integer($0.version), "directory": .string($0.directory.path),
        ])
      } ?? .null, "event": .string("done"), "best": report.bestRow.flatMap { try? JSONValue($0) } ?? .null,
      "test": report.test.flatMap { try? JSONValue($0) } ?? .null, "report": .string(folder.page.path),
    ])
  }
}

extension SearchMeter.State {
  /// What is to be said of how a part of a trial ended.
  fileprivate mutating func words(of event: SearchEvent) -> String? {
    guard case .result(let job, let result) = event else { return nil }
    let line = SearchMeter.line(job, result)
    guard let metric = result.metric, best.map(metric.isBetter) ?? true else { return line }
    best = metric
    return line + ", the best so far"
  }
}
