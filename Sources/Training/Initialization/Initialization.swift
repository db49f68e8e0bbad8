import Foundation

/// Which weights a network starts with.
public struct Initialization: Hashable, Sendable {
  public var scheme: InitializationScheme
  /// Whether the scale of the last batch normalisation of each residual block starts at 0, so that each block starts as the
  /// identity (Goyal et al., 2017, section 5.1).
  public var zeroesLastScale: Bool
  /// What all biases start at, where that is not what the scheme says; Krizhevsky et al., 2012, section 5, had some at 1.
  public var bias: Double?

  public init(_ scheme: InitializationScheme, zeroesLastScale: Bool = false, bias: Double? = nil) {
    self.scheme = scheme
    self.zeroesLastScale = zeroesLastScale
    self.bias = bias
  }
}

/// What the weights of convolutions and fully connected layers are drawn from. Biases start at 0, but for `pytorch` and where
/// `Initialization.bias` says otherwise.
public enum InitializationScheme: Hashable, Sendable {
  /// He et al.: Delving Deep into Rectifiers, 2015, equation 10 (fan-in) or 14 (fan-out): variance `2 / fan`.
  case kaiming(Distribution, Fan)
  /// Glorot and Bengio, 2010, equation 16: variance `2 / (fanIn + fanOut)`.
  case xavier(Distribution)
  /// A normal distribution of mean 0, as Krizhevsky et al., 2012, section 5, had it with 0.01.
  case gaussian(standardDeviation: Double)
  /// What PyTorch's layers start with: weights and biases uniform between `-1 / sqrt(fanIn)` and `1 / sqrt(fanIn)`.
  case pytorch
  /// All at 0. Of layers one behind the other none then learns: what a network must not start with, to be seen at work.
  case zero

  public enum Distribution: String, Hashable, Sendable {
    case normal, uniform
  }

  /// The connections that a variance is kept over: those into a unit (forward) or out of it (backward).
  public enum Fan: String, Hashable, Sendable {
    case `in`, out
  }
}

extension Initialization: LosslessStringConvertible {
  private static let zeroLastScale = "+zero-last-scale"
  private static let biasPrefix = "+bias:"

  public static let accepted =
    "kaiming-normal, kaiming-uniform (each also with :fan-out), xavier-normal, xavier-uniform, gaussian:DEVIATION, "
    + "pytorch, zero; each also with \(zeroLastScale), \(biasPrefix)VALUE"

  /// As `--initialization` takes it, such as `kaiming-normal:fan-out+zero-last-scale` or `kaiming-normal+bias:1`.
  public init?(_ text: String) {
    var (name, bias) = (text[...], Double?.none)
    if let place = name.range(of: Self.biasPrefix) {
      guard let value = SettingText.signedNumber(name[place.upperBound...]) else { return nil }
      (name, bias) = (name[..<place.lowerBound], value)
    }
    let zeroes = name.hasSuffix(Self.zeroLastScale)
    if zeroes { name = name.dropLast(Self.zeroLastScale.count) }
    guard let scheme = InitializationScheme(String(name)) else { return nil }
    self.init(scheme, zeroesLastScale: zeroes, bias: bias)
  }

  public var description: String {
    scheme.description + (zeroesLastScale ? Self.zeroLastScale : "")
      + (bias.map { Self.biasPrefix + SettingText.text($0) } ?? "")
  }
}

extension Initialization: TextCodable {}

extension InitializationScheme: LosslessStringConvertible {
  private static let named: [String: InitializationScheme] = [
    "kaiming": .kaiming(.normal, .in), "xavier": .xavier(.uniform), "gaussian": .gaussian(standardDeviation: 0.01),
    "kaiming-normal": .kaiming(.normal, .in), "kaiming-uniform": .kaiming(.uniform, .in),
    "kaiming-normal:fan-in": .kaiming(.normal, .in), "kaiming-uniform:fan-in": .kaiming(.uniform, .in),
    "kaiming-normal:fan-out": .kaiming(.normal, .out), "kaiming-uniform:fan-out": .kaiming(.uniform, .out),
    "xavier-normal": .xavier(.normal), "xavier-uniform": .xavier(.uniform), "pytorch": .pytorch,
    "zero": .zero,
  ]

  public init?(_ text: String) {
    if let scheme = Self.named[text] {
      self = scheme
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "gaussian", let deviation = SettingText.number(parts[1]), deviation > 0 else {
      return nil
    }
    self = .gaussian(standardDeviation: deviation)
  }

  public var description: String {
    switch self {
    case .kaiming(let distribution, let fan): "kaiming-\(distribution.rawValue)" + (fan == .out ? ":fan-out" : "")
    case .xavier(let distribution): "xavier-\(distribution.rawValue)"
    case .gaussian(let deviation): "gaussian:\(SettingText.text(deviation))"
    case .pytorch: "pytorch"
    case .zero: "zero"
    }
  }
}
