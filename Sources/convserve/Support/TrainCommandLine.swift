import Foundation
import Training

/// The `train` that follows from a `tune`: the options that were given, with what the steps have found in their place.
struct TrainCommandLine: Sendable {
  private let command: [(name: String, value: String?)]

  init(_ tune: TuneCommand) {
    let options = tune.options
    command = [
      ("architecture", options.architecture), ("data", tune.data), ("labels", tune.labels), ("input", options.input),
      ("preprocessing", options.preprocessing), ("validation", options.validation == "0.1" ? nil : options.validation),
      ("batch-size", String(options.batchSize)), ("optimizer", options.optimizer.rawValue),
      ("momentum", options.momentum.map { "\($0)" }), ("clip", options.clip.map { "\($0)" }),
      ("class-weights", options.classWeights == "none" ? nil : options.classWeights), ("augment", options.augment),
      ("seed", options.seed == 0 ? nil : String(options.seed)),
    ]
  }

  /// - Parameter asked: what the run was asked about; preprocessing that the steps have replaced is left out.
  func text(_ settings: TrainingSettings, instead asked: TrainingSettings) -> String {
    let kept = command.filter { $0.name != "preprocessing" || settings.preprocessing == asked.preprocessing }
    let found: [(String, String?)] = [
      ("learning-rate", Self.number(settings.learningRate)),
      ("weight-decay", Self.number(settings.optimizer.weightDecay)),
      ("label-smoothing", Self.number(settings.labelSmoothing)), ("schedule", settings.schedule.description),
      ("epochs", String(settings.epochs)), ("initialization", settings.initialization.description),
    ]
    let words = (kept + found).compactMap { name, value in value.map { "--\(name) \(Self.quoted($0))" } }
    return "convserve train " + words.joined(separator: " ")
  }

  /// Three digits that count: more say nothing.
  private static func number(_ value: Double) -> String { String(format: "%.3g", value) }

  /// For a shell (POSIX, section 2.2.2).
  private static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (0x30...0x39).contains(byte)
        || "/._-+:,=@%".utf8.contains(byte)
    }
    return plain && !text.isEmpty ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
