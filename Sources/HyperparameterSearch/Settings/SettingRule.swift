import Architectures
import Jobs
import Training

/// A setting of a trial: where it stands, and which values it takes.
///
/// Settings of training stand where `training.json` has them, such as `optimizer.weight_decay`. What concerns the network or
/// its data, such as `dropout`, stands beside `settings` in a trial's file, and has no dot in its path either.
public struct SettingRule: Sendable {
  /// What values a setting takes.
  public enum Kind: Sendable {
    case number(SettingRange)
    case integer(ClosedRange<Int>)
    case flag
    case names([String])
    /// Text as the command line takes it; numbers are taken as text.
    case text(accepted: String, reads: @Sendable (String) -> Bool)
    /// More than one value, such as preprocessing: given, not searched.
    case structure(accepted: String)
  }

  public let path: String
  public let kind: Kind
  /// Why it cannot differ from trial to trial; nothing where it can.
  public let reasonToBeFixed: String?
  /// Whether it stands beside `settings`, not in it.
  public let isOfTrial: Bool

  /// What the setting takes, in words.
  public var accepted: String {
    switch kind {
    case .number(let range): range.text
    case .integer(let range):
      range.upperBound == .max
        ? "a whole number from \(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .flag: "true or false"
    case .names(let names): names.joined(separator: ", ")
    case .text(let accepted, _), .structure(let accepted): accepted
    }
  }

  /// The value as settings hold it.
  ///
  /// - Throws: `UnacceptableSetting`, with an empty path.
  public func value(_ given: JSONValue) throws(UnacceptableSetting) -> JSONValue {
    switch kind {
    case .number(let range):
      guard let number = given.double, range.contains(number) else { throw refusal(given) }
      return .number(number)
    case .integer(let range):
      guard let number = given.wholeNumber, range.contains(number) else { throw refusal(given) }
      return .integer(number)
    case .flag:
      guard case .bool = given else { throw refusal(given) }
      return given
    case .names(let names):
      guard let name = given.string, names.contains(name) else { throw refusal(given) }
      return given
    case .text(_, let reads):
      guard let text = given.string ?? given.numberText, reads(text) else { throw refusal(given) }
      return .string(text)
    case .structure: return given
    }
  }

  private func refusal(_ given: JSONValue) -> UnacceptableSetting {
    UnacceptableSetting("", "is \(given.shortText)", accepted: accepted)
  }
}

extension SettingRule {
  private static func setting(_ path: String, _ kind: Kind, fixed reason: String? = nil) -> SettingRule {
    SettingRule(path: path, kind: kind, reasonToBeFixed: reason, isOfTrial: false)
  }

  private static func ofTrial(_ path: String, _ kind: Kind, fixed reason: String? = nil) -> SettingRule {
    SettingRule(path: path, kind: kind, reasonToBeFixed: reason, isOfTrial: true)
  }

  /// All settings of a trial, in the order of the documentation.
  public static let all: [SettingRule] = [
    setting(
      "architecture",
      .text(accepted: "a name that `convserve architectures` lists") { (try? Architecture.named($0)) != nil }),
    setting(
      "input", .structure(accepted: "channels, height and width, such as [1, 28, 28]"),
      fixed: "all trials are to see the same images"),
    setting(
      "preprocessing", .structure(accepted: "an object as in model.json"),
      fixed: "all trials are to see the same images"),
    setting(
      "validation", .text(accepted: HoldOut.accepted) { HoldOut($0) != nil },
      fixed: "all trials are to be judged by the same images"),
    setting("epochs", .integer(1...10_000), fixed: "it is what all trials may cost"),
    setting("batch_size", .integer(1...4096)),
    setting("optimizer.name", .names(OptimizerName.allCases.map(\.rawValue))),
    setting("optimizer.momentum", .number(.from(0, below: 1))),
    setting("optimizer.weight_decay", .number(.from(0, to: 1))),
    setting("optimizer.decays_bias_and_normalization", .flag),
    setting("optimizer.first_moment_decay", .number(.from(0, below: 1))),
    setting("optimizer.second_moment_decay", .number(.from(0, below: 1))),
    setting("optimizer.square_decay", .number(.from(0, below: 1))),
    setting("optimizer.epsilon", .number(.above(0, to: 1))),
    setting("optimizer.gradient_clipping", .number(.above(0))),
    setting("learning_rate", .number(.above(0, to: 100))),
    setting("schedule", .text(accepted: Schedule.accepted) { Schedule($0) != nil }),
    setting("warm_up", .number(.from(0, below: 10_000))),
    setting("label_smoothing", .number(.from(0, below: 1))),
    setting("class_weights", .text(accepted: ClassWeighting.accepted) { ClassWeighting($0) != nil }),
    setting("augmentation", .text(accepted: Augmentation.accepted) { Augmentation($0) != nil }),
    setting("initialization", .text(accepted: Initialization.accepted) { Initialization($0) != nil }),
    setting("average", .text(accepted: WeightAveraging.accepted) { WeightAveraging($0) != nil }),
    setting("early_stopping", .integer(1...10_000)),
    setting(
      "seed", .integer(0...Int.max), fixed: "it decides which images all trials are judged by"),
    ofTrial("dropout", .number(.from(0, below: 1))),
    ofTrial("base", .text(accepted: "the name of a model") { !$0.isEmpty }),
    ofTrial("frozen_layers", .integer(0...10_000)),
    ofTrial(
      "training_images", .integer(1...Int.max), fixed: "with more images every trial is better, and takes longer"),
  ]

  private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

  /// By the path, or by the last part of it, which no other has: `weight_decay` is `optimizer.weight_decay`. `optimizer` is its
  /// name, and `settings.` may stand before what stands in `settings`.
  ///
  /// - Throws: `UnacceptableSetting` with the nearest name.
  public static func named(_ name: String) throws(UnacceptableSetting) -> SettingRule {
    let plain = name.hasPrefix("settings.") ? String(name.dropFirst("settings.".count)) : name
    if let rule = byPath[plain] ?? byPath["optimizer.\(plain)"] { return rule }
    if plain == "optimizer", let rule = byPath["optimizer.name"] { return rule }
    throw .unknown(name, plain, among: all.map(\.path))
  }
}
