import Adaptation
import Foundation

/// What `adapt` shows of its progress: results on standard output, what passes on standard error.
final class AdaptationMeter {
  private let printsJSON: Bool
  private let isTerminal = Terminal.errorIsTerminal
  private let clock = ContinuousClock()
  private var lastShown: (time: ContinuousClock.Instant, stage: AdaptationStage)?

  init(printsJSON: Bool) {
    self.printsJSON = printsJSON
  }

  /// - Throws: `UnwritableOutput`.
  func show(_ event: AdaptationEvent) throws {
    switch event {
    case .progress(let progress): try show(progress)
    case .epoch(let epoch): try show(epoch)
    case .log(let message): try note(message)
    case .published(let model):
      try printsJSON
        ? write(PublishedLine(model: model)) : note("version \(model.version) of \(model.name) is in place")
    }
  }

  /// - Throws: `UnwritableOutput`.
  func finish(_ version: AdaptedVersion) throws {
    guard !printsJSON else { return try write(DoneLine(report: version.report)) }
    clear()
    let page = version.directory.appendingPathComponent(AdaptationReport.pageFileName)
    try Terminal.write(version.report.text(at: page.path))
  }

  // MARK: Progress

  private func show(_ progress: AdaptationProgress) throws {
    let now = clock.now
    if let lastShown, lastShown.stage == progress.stage, now - lastShown.time < pause { return }
    lastShown = (now, progress.stage)
    guard !printsJSON else { return try write(StageLine(progress)) }
    Terminal.note(isTerminal ? "\r\(line(progress))\u{1B}[K" : line(progress), terminator: isTerminal ? "" : "\n")
  }

  private var pause: Duration {
    if printsJSON { return .milliseconds(500) }
    return isTerminal ? .milliseconds(100) : .seconds(10)
  }

  private func line(_ progress: AdaptationProgress) -> String {
    let width = 20
    let filled = min(Int(progress.progress * Double(width)), width)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let left = progress.secondsLeft.map { ", \(TimeText.clock(.seconds($0))) left" } ?? ""
    return String(format: "[%@] %3.0f %%%@: %@", bar, progress.progress * 100, left, progress.stage.sentence)
  }

  private func show(_ epoch: AdaptationReport.FineTuning.Epoch) throws {
    guard !printsJSON else { return try write(EpochLine(epoch)) }
    try note(
      String(
        format: "epoch %d: loss %.4f, validation loss %.4f, accuracy %.1f %%", epoch.epoch, epoch.trainLoss,
        epoch.validationLoss, epoch.validationAccuracy * 100))
  }

  private func note(_ message: String) throws {
    guard !printsJSON else { return try write(LogLine(message: message)) }
    clear()
    Terminal.note(message)
  }

  private func clear() {
    if isTerminal, lastShown != nil { Terminal.note("\r\u{1B}[K", terminator: "") }
  }

  // MARK: JSON lines

  private func write(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try Terminal.write(Array(encoder.encode(value)) + [UInt8(ascii: "\n")])
  }

  private struct StageLine: Encodable {
    let type = "stage"
    let stage: AdaptationStage
    let stageProgress: Double
    let progress: Double
    let secondsLeft: Double?

    init(_ progress: AdaptationProgress) {
      stage = progress.stage
      stageProgress = progress.stageProgress
      self.progress = progress.progress
      secondsLeft = progress.secondsLeft
    }

    enum CodingKeys: String, CodingKey {
      case type, stage, progress
      case stageProgress = "stage_progress"
      case secondsLeft = "seconds_left"
    }
  }

  private struct EpochLine: Encodable {
    let type = "epoch"
    let epoch: Int
    let trainLoss: Double
    let validationLoss: Double
    let validationAccuracy: Double

    init(_ epoch: AdaptationReport.FineTuning.Epoch) {
      self.epoch = epoch.epoch
      trainLoss = epoch.trainLoss
      validationLoss = epoch.validationLoss
      validationAccuracy = epoch.validationAccuracy
    }

    enum CodingKeys: String, CodingKey {
      case type, epoch
      case trainLoss = "train_loss"
      case validationLoss = "validation_loss"
      case validationAccuracy = "validation_accuracy"
    }
  }

  private struct LogLine: Encodable {
    let type = "log"
    let message: String
  }

  private struct PublishedLine: Encodable {
    let type = "published"
    let model: AdaptationReport.Model
  }

  private struct DoneLine: Encodable {
    let type = "done"
    let model: AdaptationReport.Model
    let report: AdaptationReport

    init(report: AdaptationReport) {
      model = report.model
      self.report = report
    }
  }
}

extension AdaptationStage {
  /// What is being done, for people.
  fileprivate var sentence: String {
    switch self {
    case .audit: "looking at the photos"
    case .features: "computing features"
    case .split: "looking for near-duplicates, dividing the photos"
    case .head: "choosing a last layer by cross-validation"
    case .publish: "publishing"
    case .fineTune: "fine-tuning"
    case .evaluate: "testing"
    case .report: "writing the report"
    }
  }
}
