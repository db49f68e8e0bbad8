/// Which weights a network starts with.
public struct Initialization: Hashable, Sendable {
  public var scheme: InitializationScheme
  /// Whether the scale of the last batch normalisation of each residual block starts at 0, so that each block starts as the
  /// identity (Goyal et al., 2017, section 5.1).
  public var zeroesLastScale: Bool

  public init(_ scheme: InitializationScheme, zeroesLastScale: Bool = false) {
    self.scheme = scheme
    self.zeroesLastScale = zeroesLastScale
  }
}

/// What the weights of convolutions and fully connected layers are drawn from. Biases start at 0, but for `pytorch`.
public enum InitializationScheme: Hashable, Sendable {
  /// He et al.: Delving Deep into Rectifiers, 2015, equation 10 (fan-in) or 14 (fan-out): variance `2 / fan`.
  case kaiming(Distribution, Fan)
  /// Glorot and Bengio, 2010, equation 16: variance `2 / (fanIn + fanOut)`.
  case xavier(Distribution)
  /// A normal distribution of mean 0, as Krizhevsky et al., 2012, section 5, had it with 0.01.
  case gaussian(standardDeviation: Double)
  /// What PyTorch's layers start with: weights and biases uniform between `-1 / sqrt(fanIn)` and `1 / sqrt(fanIn)`.
  case pytorch

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

  public static let accepted =
    "kaiming-normal, kaiming-uniform (each also with :fan-out), xavier-normal, xavier-uniform, gaussian:DEVIATION, "
    + "pytorch; each also with \(zeroLastScale)"

  /// As `--initialization` takes it, such as `kaiming-normal:fan-out+zero-last-scale`.
  public init?(_ text: String) {
    let zeroes = text.hasSuffix(Self.zeroLastScale)
    let name = zeroes ? String(text.dropLast(Self.zeroLastScale.count)) : text
    guard let scheme = InitializationScheme(name) else { return nil }
    self.init(scheme, zeroesLastScale: zeroes)
  }

  public var description: String { scheme.description + (zeroesLastScale ? Self.zeroLastScale : "") }
}

extension Initialization: TextCodable {}

extension InitializationScheme: LosslessStringConvertible {
  private static let named: [String: InitializationScheme] = [
    "kaiming": .kaiming(.normal, .in), "xavier": .xavier(.uniform), "gaussian": .gaussian(standardDeviation: 0.01),
    "kaiming-normal": .kaiming(.normal, .in), "kaiming-uniform": .kaiming(.uniform, .in),
    "kaiming-normal:fan-in": .kaiming(.normal, .in), "kaiming-uniform:fan-in": .kaiming(.uniform, .in),
    "kaiming-normal:fan-out": .kaiming(.normal, .out), "kaiming-uniform:fan-out": .kaiming(.uniform, .out),
    "xavier-normal": .xavier(.normal), "xavier-uniform": .xavier(.uniform), "pytorch": .pytorch,
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
    }
  }
}
