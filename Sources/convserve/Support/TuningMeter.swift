import Diagnosis
import Drawings
import Foundation

/// What `tune` shows: each step on standard output, what passes on standard error.
final class TuningMeter {
  private let printsJSON: Bool
  private let line = ProgressLine()
  private let isTerminal = Terminal.errorIsTerminal
  private let clock = ContinuousClock()
  private var lastShown: ContinuousClock.Instant

  init(printsJSON: Bool) {
    self.printsJSON = printsJSON
    lastShown = clock.now
  }

  /// - Throws: `UnwritableOutput`.
  func show(_ event: TuningEvent) throws {
    switch event {
    case .planned(let work): try printsJSON ? writeJSON(["plan": work]) : Terminal.note(Self.text(work))
    case .progress(let progress): show(progress)
    case .step(let outcome):
      clear()
      try printsJSON ? writeJSON(outcome) : Terminal.write(Self.text(outcome))
    }
  }

  func clear() { line.finish() }

  /// - Throws: `UnwritableOutput`.
  func finish(_ report: TuningReport, _ folder: URL) throws {
    clear()
    let page = folder.appendingPathComponent(TuningReport.pageFileName).path
    guard !printsJSON else { return try writeJSON(DoneLine(report, page: page)) }
    let faults =
      report.faults.isEmpty
      ? "no faults" : "faults: " + report.faults.map { "\($0.fault.name) (step \($0.step))" }.joined(separator: ", ")
    let share = report.work.map { "; \(Numbers.percent($0.share)) of the training images were used" } ?? ""
    let next = report.command.map { "train with:\n  \($0)\n" } ?? ""
    try Terminal.write("\(faults)\(share)\n\(next)report: \(page)\n")
  }

  // MARK: Progress

  /// On a terminal one line that is drawn over; elsewhere a line a minute.
  private func show(_ progress: TuningProgress) {
    let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(60)
    guard clock.now - lastShown >= pause else { return }
    lastShown = clock.now
    let left = TimeText.clock(.seconds(progress.secondsLeft))
    line.show(
      "step \(progress.step) of 7, \(Numbers.percent(progress.fraction)): \(progress.doing), \(left) left")
  }

  private static func text(_ work: TuningWork) -> String {
    "\(Numbers.short(work.imagesPerSecond.rounded())) images a second: the budget of "
      + "\(Numbers.duration(work.budgetSeconds)) allows \(Numbers.percent(work.share)) of the training images "
      + "(\(Numbers.count(work.trainingImages))), \(Phrase.counted(work.coarseCandidates, "pair")) of rate and weight decay "
      + "for \(Phrase.counted(work.coarseEpochs, "epoch")), \(Phrase.counted(work.fineCandidates, "rate")) for "
      + Phrase.counted(work.fineEpochs, "epoch")
  }

  private static func text(_ outcome: StepOutcome) -> String {
    let faults = outcome.faults.map(\.name).joined(separator: ", ")
    let head =
      "step \(outcome.step), \(StepOutcome.title(of: outcome.step)) \(outcome.verdict.rawValue)"
      + (faults.isEmpty ? "" : ": \(faults)")
    return ([head, "  " + outcome.summary] + outcome.advice.map { "  -> " + $0 }).joined(separator: "\n") + "\n"
  }

  // MARK: JSON lines

  private func writeJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    try Terminal.write(Array(encoder.encode(value)) + [UInt8(ascii: "\n")])
  }

  /// The last line.
  private struct DoneLine: Encodable {
    struct Fault: Encodable {
      let step: Int
      let fault: TuningFault
    }

    let done = true
    let faults: [Fault]
    let share: Double?
    let command: String?
    let report: String

    init(_ report: TuningReport, page: String) {
      faults = report.faults.map { Fault(step: $0.step, fault: $0.fault) }
      share = report.work?.share
      command = report.command
      self.report = page
    }
  }
}
