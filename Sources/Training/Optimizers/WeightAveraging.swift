/// The average of the weights that is validated and published in place of the last weights.
public enum WeightAveraging: Hashable, Sendable {
  /// No average: the last weights are validated and published.
  case none
  /// An exponential moving average over the training steps: `a <- d * a + (1 - d) * w`. In the first steps the decay
  /// is at most `(1 + n) / (10 + n)` after `n` steps, so that the random first weights lose their influence.
  case exponential(decay: Double)
  /// The mean of the weights at the ends of the last epochs, at least one: stochastic weight averaging (Izmailov et
  /// al., 2018).
  case lastEpochs(Int)

  /// The accepted texts in words, for messages.
  public static let accepted = "none, ema, ema:DECAY with a decay from 0 to below 1, or last:N with N from 1"

  /// The decay of `ema` without a number.
  public static let defaultDecay = 0.999
}

extension WeightAveraging: LosslessStringConvertible {
  /// Reads an average as `--average` takes it: `none`, `ema`, `ema:DECAY` or `last:EPOCHS`; `nil` for other texts.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.dropFirst().first) {
    case ("none", nil): self = .none
    case ("ema", nil): self = .exponential(decay: Self.defaultDecay)
    case ("ema", let decay?):
      guard let decay = SettingText.number(decay), (0..<1).contains(decay) else { return nil }
      self = .exponential(decay: decay)
    case ("last", let count?):
      guard let count = SettingText.whole(count), count >= 1 else { return nil }
      self = .lastEpochs(count)
    default: return nil
    }
  }

  /// The text that `init(_:)` reads.
  public var description: String {
    switch self {
    case .none: "none"
    case .exponential(let decay): decay == Self.defaultDecay ? "ema" : "ema:\(SettingText.text(decay))"
    case .lastEpochs(let count): "last:\(count)"
    }
  }
}

extension WeightAveraging: TextCodable {}
