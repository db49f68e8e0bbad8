/// The update rules. The raw values are the names that `--optimizer` accepts. All follow PyTorch's definitions.
public enum OptimizerName: String, Codable, CaseIterable, Hashable, Sendable {
  /// Stochastic gradient descent: plain (`sgd`), with Polyak's momentum (`momentum`) or with Nesterov's (`nesterov`).
  /// `rmsprop` follows Tieleman and Hinton, 2012; `adam` Kingma and Ba, 2015; `adamw` Loshchilov and Hutter, 2019,
  /// whose weight decay is decoupled from the gradient.
  case sgd, momentum, nesterov, rmsprop, adam, adamw
}

/// An update rule with all its hyperparameters, except the learning rate.
public struct OptimizerSettings: Codable, Hashable, Sendable {
  /// The update rule.
  public var name: OptimizerName
  /// The share of the last movement that is added to the next one, 0 to below 1, for `momentum`, `nesterov` and
  /// `rmsprop`.
  public var momentum: Double
  /// The weight decay, at least 0. Most rules add `weightDecay * w` to the gradient of a parameter `w`. `adamw`
  /// subtracts `rate * weightDecay * w` from the parameter instead.
  public var weightDecay: Double
  /// Whether biases, and scale and shift of batch normalisation, decay too. By default they do not (He et al., Bag of
  /// Tricks, 2019, section 3.1).
  public var decaysBiasAndNormalization: Bool
  /// The decay of Adam's mean gradient, `beta1` of Kingma and Ba, 2015; 0 to below 1.
  public var firstMomentDecay: Double
  /// The decay of Adam's mean squared gradient, `beta2` of Kingma and Ba, 2015; 0 to below 1.
  public var secondMomentDecay: Double
  /// The decay of RMSProp's mean squared gradient, `alpha` of PyTorch; 0 to below 1.
  public var squareDecay: Double
  /// The number that `rmsprop`, `adam` and `adamw` add to the denominator against a division by 0.
  public var epsilon: Double
  /// The largest Euclidean norm of all gradients together. Longer gradients are scaled to this norm before the
  /// update. With `nil` they are not clipped.
  public var gradientClipping: Double?

  /// Settings with PyTorch's defaults, without momentum, weight decay or clipping.
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
