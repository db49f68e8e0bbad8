/// Which average of the weights is validated and kept in the place of the last ones.
public enum WeightAveraging: Hashable, Sendable {
  case none
  /// An exponential moving average over the steps: `a <- d * a + (1 - d) * w`.
  case exponential(decay: Double)
  /// The mean of the weights at the ends of the last epochs: stochastic weight averaging (Izmailov et al., 2018).
  case lastEpochs(Int)

  public static let accepted = "none, ema, ema:DECAY with a decay from 0 to below 1, or last:N with N from 1"

  /// The decay of `ema` alone.
  public static let defaultDecay = 0.999
}

extension WeightAveraging: LosslessStringConvertible {
  /// As `--average` takes it.
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

  public var description: String {
    switch self {
    case .none: "none"
    case .exponential(let decay): decay == Self.defaultDecay ? "ema" : "ema:\(SettingText.text(decay))"
    case .lastEpochs(let count): "last:\(count)"
    }
  }
}

extension WeightAveraging: TextCodable {}
