import NetworkGraph

extension Initialization {
  /// Draws the weights of a network. Each value depends on the seed, the tensor's name and its place in the tensor
  /// alone.
  ///
  /// Running means start at 0, running variances at 1, scales of batch normalisation at 1 (or 0 with
  /// `zeroesLastScale`), and slopes of PReLU at 0.25.
  ///
  /// - Returns: every tensor of the network by name, row-major.
  /// - Throws: `ShapeError` if the network's layers do not fit one another.
  public func weights(for network: Network, seed: UInt64) throws(ShapeError) -> Weights {
    let shapes = try network.inferShapes()
    let layers = try network.parametersByLayer(shapes: shapes)
    let zeroScales = zeroesLastScale ? network.lastScales() : []
    var weights: Weights = [:]
    for (index, node) in network.nodes.enumerated() {
      let fans = Fans(node.operator, inputs: shapes.layers[index].inputs)
      for tensor in layers[index] {
        let start = zeroScales.contains(tensor.name) ? .constant(0) : start(of: tensor.role, node.operator, fans)
        weights[tensor.name] = WeightTensor(
          shape: tensor.shape, values: start.values(count: tensor.count, name: tensor.name, seed: seed))
      }
    }
    return weights
  }

  private func start(of role: ParameterRole, _ operator: Operator, _ fans: Fans?) -> TensorStart {
    switch role {
    case .runningMean: return .constant(0)
    case .runningVariance: return .constant(1)
    case .bias:
      if let bias { return .constant(Float(bias)) }
      guard case .pytorch = scheme, let fans else { return .constant(0) }
      return .uniform(bound: 1 / fans.in.squareRoot())
    case .weight:
      if let fans { return scheme.start(fans) }
      // He et al., Delving Deep into Rectifiers, 2015, section 3: slopes start at 0.25. What else has no fans is a scale.
      if case .prelu = `operator` { return .constant(0.25) }
      return .constant(1)
    }
  }
}

extension InitializationScheme {
  fileprivate func start(_ fans: Fans) -> TensorStart {
    switch self {
    case .kaiming(let distribution, let fan): .of(variance: 2 / (fan == .in ? fans.in : fans.out), distribution)
    case .xavier(let distribution): .of(variance: 2 / (fans.in + fans.out), distribution)
    case .gaussian(let deviation): .normal(deviation: deviation)
    // `kaiming_uniform_(a=sqrt(5))`
    case .pytorch: .uniform(bound: 1 / fans.in.squareRoot())
    case .zero: .constant(0)
    }
  }
}

/// Connections of one unit of a layer with weights.
struct Fans: Hashable, Sendable {
  /// Values that an output is the sum of.
  let `in`: Double
  /// Outputs that an input has a part in, strides not counted. Of a convolution in groups, those of one group: PyTorch's
  /// `_calculate_fan_in_and_fan_out` counts all groups' there.
  let out: Double

  /// Nothing for an operator that sums nothing.
  init?(_ operator: Operator, inputs: [TensorShape]) {
    switch `operator` {
    case .convolution(let convolution):
      let (kernel, groups) = (Double(convolution.kernel.area), Double(convolution.groups))
      `in` = Double(inputs[0].channels) / groups * kernel
      out = Double(convolution.outputChannels) / groups * kernel
    case .fullyConnected(let layer):
      `in` = Double(inputs[0].channels)
      out = Double(layer.outputFeatures)
    case .maxPooling, .averagePooling, .adaptiveAveragePooling, .globalAveragePooling, .batchNormalization,
      .localResponseNormalization, .relu, .relu6, .leakyReLU, .prelu, .hardSwish, .hardSigmoid, .silu, .gelu, .tanh,
      .sigmoid, .softmax, .add, .multiply, .concatenate, .channelPadding, .channelShuffle, .channelSlice, .flatten,
      .dropout:
      return nil
    }
  }
}

/// What a tensor's first values are.
enum TensorStart: Hashable, Sendable {
  case constant(Float)
  case normal(deviation: Double)
  /// Between `-bound` and `bound`.
  case uniform(bound: Double)

  static func of(variance: Double, _ distribution: InitializationScheme.Distribution) -> TensorStart {
    switch distribution {
    case .normal: .normal(deviation: variance.squareRoot())
    // The variance of a uniform distribution is a third of the square of its bound.
    case .uniform: .uniform(bound: (3 * variance).squareRoot())
    }
  }

  func values(count: Int, name: String, seed: UInt64) -> [Float] {
    var numbers = CounterGenerator(seed: seed, stream: .initialization, sample: CounterGenerator.place(of: name))
    var values = [Float](repeating: 0, count: count)
    for index in 0..<count {
      switch self {
      case .constant(let value): values[index] = value
      case .normal(let deviation): values[index] = Float(numbers.normal() * deviation)
      case .uniform(let bound): values[index] = Float((2 * numbers.uniform() - 1) * bound)
      }
    }
    return values
  }
}
