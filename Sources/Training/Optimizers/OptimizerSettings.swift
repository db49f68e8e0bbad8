/// The rule by which parameters follow their gradients.
public enum OptimizerName: String, Codable, CaseIterable, Hashable, Sendable {
  case sgd, momentum, nesterov, rmsprop, adam, adamw
}

/// An optimiser with everything that can be set about it.
public struct OptimizerSettings: Codable, Hashable, Sendable {
  public var name: OptimizerName
  /// What of the last movement goes on: `momentum`, `nesterov` and `rmsprop`; 0 to below 1.
  public var momentum: Double
  /// What of a parameter is added to its gradient; `adamw` takes it off the parameter instead.
  public var weightDecay: Double
  /// Whether biases, and scale and shift of batch normalisation, decay too.
  public var decaysBiasAndNormalization: Bool
  /// Adam's decay of the mean gradient (Kingma and Ba, 2015, beta 1).
  public var firstMomentDecay: Double
  /// Adam's decay of the mean squared gradient (Kingma and Ba, 2015, beta 2).
  public var secondMomentDecay: Double
  /// Decay of RMSProp's mean squared gradient, PyTorch's `alpha`.
  public var squareDecay: Double
  /// What keeps `rmsprop`, `adam` and `adamw` from dividing by zero.
  public var epsilon: Double
  /// Largest Euclidean norm of all gradients together: longer ones are shortened to it. Nothing: they stay as they are.
  public var gradientClipping: Double?

  /// PyTorch's defaults.
  public init(
    _ name: OptimizerName, momentum: Double = 0, weightDecay: Double = 0, decaysBiasAndNormalization: Bool = false,
    firstMomentDecay: Double = 0.9, secondMomentDecay: Double = 0.999, squareDecay: Double = 0.99,
    epsilon: Double = 1e-8, gradientClipping: Double? = nil
  ) {
    self.name = name
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.decaysBiasAndNormalization = decaysBiasAndNormalization
    self.firstMomentDecay = firstMomentDecay
    self.secondMomentDecay = secondMomentDecay
    self.squareDecay = squareDecay
    self.epsilon = epsilon
    self.gradientClipping = gradientClipping
  }

  enum CodingKeys: String, CodingKey {
    case name, momentum, epsilon
    case weightDecay = "weight_decay"
    case decaysBiasAndNormalization = "decays_bias_and_normalization"
    case firstMomentDecay = "first_moment_decay"
    case secondMomentDecay = "second_moment_decay"
    case squareDecay = "square_decay"
    case gradientClipping = "gradient_clipping"
  }

  var rule: any UpdateRule {
    switch name {
    case .sgd: StochasticGradientDescent()
    case .momentum: Momentum(self)
    case .nesterov: Nesterov(self)
    case .rmsprop: RMSProp(self)
    case .adam: Adam(self)
    case .adamw: AdamW(self)
    }
  }
}
