import Foundation

/// The distribution that the first weights of a network are drawn from.
public struct Initialization: Hashable, Sendable {
  /// The distribution of the weights of convolutions and fully connected layers.
  public var scheme: InitializationScheme
  /// Whether the scale of the last batch normalisation of each residual block starts at 0, so that each block starts
  /// as the identity (Goyal et al., 2017, section 5.1).
  public var zeroesLastScale: Bool
  /// What all biases start at, where that is not what the scheme says; Krizhevsky et al., 2012, section 5, had some at 1.
  public var bias: Double?

  /// An initialisation of the given scheme.
  public init(_ scheme: InitializationScheme, zeroesLastScale: Bool = false, bias: Double? = nil) {
    self.scheme = scheme
    self.zeroesLastScale = zeroesLastScale
    self.bias = bias
  }
}

/// The distribution of the weights of convolutions and fully connected layers. Biases start at 0, except with
/// `pytorch`, or where `Initialization.bias` has another value.
public enum InitializationScheme: Hashable, Sendable {
  /// He et al.: Delving Deep into Rectifiers, 2015, equation 10 (fan-in) or 14 (fan-out): mean 0, variance `2 / fan`.
  case kaiming(Distribution, Fan)
  /// Glorot and Bengio, 2010, equation 16: mean 0, variance `2 / (fanIn + fanOut)`.
  case xavier(Distribution)
  /// A normal distribution of mean 0. Krizhevsky et al., 2012, section 5, took a standard deviation of 0.01.
  case gaussian(standardDeviation: Double)
  /// The default of PyTorch's layers: weights and biases uniform between `-1 / sqrt(fanIn)` and `1 / sqrt(fanIn)`.
  case pytorch
  /// All at 0. Of layers one behind the other none then learns: what a network must not start with, to be seen at work.
  case zero

  /// The shape of a distribution whose variance is given.
  public enum Distribution: String, Hashable, Sendable {
    /// `normal` is a Gaussian distribution. `uniform` has the bounds `±sqrt(3 * variance)`.
    case normal, uniform
  }

  /// The connections whose number scales the variance: `in` counts the values that an output is the sum of, and keeps
  /// the variance of activations forward. `out` counts the outputs that an input is a part of, and keeps the variance
  /// of gradients backward.
  public enum Fan: String, Hashable, Sendable {
    /// The number of connections into a unit, or out of it; for convolutions in groups, those of one group.
    case `in`, out
  }
}

extension Initialization: LosslessStringConvertible {
  private static let zeroLastScale = "+zero-last-scale"
  private static let biasPrefix = "+bias:"

  /// The accepted texts in words, for messages.
  public static let accepted =
    "kaiming-normal, kaiming-uniform (each also with :fan-out), xavier-normal, xavier-uniform, gaussian:DEVIATION, "
    + "pytorch, zero; each also with \(zeroLastScale), \(biasPrefix)VALUE"

  /// Reads an initialisation as `--initialization` takes it, such as `kaiming-normal:fan-out+zero-last-scale` or
  /// `kaiming-normal+bias:1`; `nil` for other texts.
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

  /// The text that `init(_:)` reads.
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

  /// Reads a scheme, such as `kaiming-normal:fan-out` or `gaussian:0.01`; `nil` for other texts. A standard deviation
  /// must be positive.
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

  /// The text that `init(_:)` reads.
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
