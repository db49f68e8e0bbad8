import Foundation
import ModelServing
import Training

/// What `train` shows of its progress: results on standard output, what passes on standard error.
///
/// On a terminal one line is drawn over; elsewhere a line a minute, beside the line of each epoch.
final class TrainingMeter {
  private let printsJSON: Bool
  private let isTerminal: Bool
  private let clock = ContinuousClock()
  private var start: (time: ContinuousClock.Instant, steps: Int)?
  private var lastShown: ContinuousClock.Instant?

  init(printsJSON: Bool, isTerminal: Bool) {
    self.printsJSON = printsJSON
    self.isTerminal = isTerminal
  }

  /// - Throws: `UnwritableOutput`.
  func show(_ event: TrainingEvent) throws {
    switch event {
    case .step(let progress): show(progress)
    case .epoch(let record):
      clear()
      try printsJSON ? writeJSON(record) : Terminal.write(Self.line(record) + "\n")
    case .unreadable(let image):
      clear()
      Terminal.note("cannot be read, and is left out: \(image)")
    case .untested(let error):
      clear()
      Terminal.note("no test accuracy: \(error)")
    case .checkpoint, .done: break
    }
  }

  /// - Throws: `UnwritableOutput`.
  func finish(_ version: TrainedVersion, _ trained: TrainedNetwork) throws {
    guard !printsJSON else { return try writeJSON(DoneLine(version, trained)) }
    let test = trained.test.map { String(format: "test accuracy %.2f %%, loss %.4f\n", $0.accuracy * 100, $0.loss) }
    try Terminal.write((test ?? "") + "version \(version.version) of \(version.name): \(version.directory.path)\n")
  }

  // MARK: Progress

  private func show(_ progress: TrainingProgress) {
    let now = clock.now
    let steps = (progress.epoch - 1) * progress.steps + progress.step
    guard let start else {
      start = (now, steps)
      return
    }
    let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(60)
    guard now - (lastShown ?? start.time) >= pause else { return }
    lastShown = now
    let line = progress.line(
      left: (now - start.time) * (progress.epochs * progress.steps - steps) / (steps - start.steps))
    Terminal.note(isTerminal ? "\r\(line)\u{1B}[K" : line, terminator: isTerminal ? "" : "\n")
  }

  private func clear() {
    if isTerminal, lastShown != nil { Terminal.note("\r\u{1B}[K", terminator: "") }
  }

  private static func line(_ record: EpochRecord) -> String {
    let validation =
      if let loss = record.validationLoss, let accuracy = record.validationAccuracy {
        String(format: ", validation loss %.4f, accuracy %.2f %%", loss, accuracy * 100)
      } else {
        ""
      }
    return String(
      format: "epoch %d: loss %.4f, accuracy %.2f %%%@, rate %.3g, %.0f images/s", record.epoch, record.trainLoss,
      record.trainAccuracy * 100, validation, record.learningRate, record.imagesPerSecond)
  }

  // MARK: JSON lines

  private func writeJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try Terminal.write(Array(encoder.encode(value)) + [UInt8(ascii: "\n")])
  }

  /// The last line.
  private struct DoneLine: Encodable {
    struct Model: Encodable {
      let name: String
      let version: Int
      let directory: String
    }

    let done = true
    let model: Model
    /// Left out where there are no test images.
    let testAccuracy: Double?
    let testLoss: Double?

    init(_ version: TrainedVersion, _ trained: TrainedNetwork) {
      model = Model(name: version.name, version: version.version, directory: version.directory.path)
      testAccuracy = trained.test?.accuracy
      testLoss = trained.test?.loss
    }

    enum CodingKeys: String, CodingKey {
      case done, model
      case testAccuracy = "test_accuracy"
      case testLoss = "test_loss"
    }
  }
}

extension TrainingProgress {
  /// A bar, and numbers beside it.
  ///
  /// - Parameter left: time until the last epoch is done.
  fileprivate func line(left: Duration) -> String {
    let width = 20
    let filled = steps > 0 ? width * step / steps : 0
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    return String(
      format: "epoch %d of %d [%@] loss %.4f, accuracy %.1f %%, rate %.3g, %.0f images/s, %@ left", epoch, epochs, bar,
      loss, accuracy * 100, learningRate, imagesPerSecond, TimeText.clock(left))
  }
}
