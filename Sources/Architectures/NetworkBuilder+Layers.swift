import NetworkGraph

/// One word for each layer, so that a builder reads like its paper's table.
extension NetworkBuilder {
  mutating func convolution(
    _ name: String, _ channels: Int, kernel: Size2D, stride: Int = 1, padding: Padding = .none, groups: Int = 1,
    bias: Bool = true
  ) {
    append(
      name,
      .convolution(
        Convolution(
          outputChannels: channels, kernel: kernel, stride: Size2D(stride), padding: padding,
          groups: groups, hasBias: bias)))
  }

  mutating func batchNormalization(_ name: String, epsilon: Float = 1e-5) {
    append(name, .batchNormalization(BatchNormalization(epsilon: epsilon)))
  }

  mutating func relu(_ name: String) {
    append(name, .relu(ReLU()))
  }

  mutating func relu6(_ name: String) {
    append(name, .relu6(ReLU6()))
  }

  mutating func tanh(_ name: String) {
    append(name, .tanh(Tanh()))
  }

  mutating func maxPooling(
    _ name: String, kernel: Int, stride: Int, padding: Padding = .none, ceilMode: Bool = false
  ) {
    append(
      name,
      .maxPooling(
        MaxPooling(kernel: Size2D(kernel), stride: Size2D(stride), padding: padding, ceilMode: ceilMode)))
  }

  mutating func averagePooling(_ name: String, kernel: Int, stride: Int, padding: Padding = .none) {
    append(
      name, .averagePooling(AveragePooling(kernel: Size2D(kernel), stride: Size2D(stride), padding: padding)))
  }

  mutating func adaptiveAveragePooling(_ name: String, to size: Int) {
    append(name, .adaptiveAveragePooling(AdaptiveAveragePooling(outputSize: Size2D(size))))
  }

  mutating func globalAveragePooling(_ name: String) {
    append(name, .globalAveragePooling(GlobalAveragePooling()))
  }

  /// Krizhevsky et al., 2012, section 3.3: `k = 2, n = 5, alpha = 1e-4, beta = 0.75`. The operator divides `alpha` by
  /// the size, the paper does not: hence five times its value.
  mutating func localResponseNormalization(_ name: String, alpha: Float = 5e-4, k: Float = 2) {
    append(
      name, .localResponseNormalization(LocalResponseNormalization(size: 5, alpha: alpha, beta: 0.75, k: k)))
  }

  mutating func fullyConnected(_ name: String, _ features: Int) {
    append(name, .fullyConnected(FullyConnected(outputFeatures: features)))
  }

  mutating func dropout(_ name: String, _ probability: Float = 0.5) {
    append(name, .dropout(Dropout(probability: probability)))
  }

  mutating func flatten(_ name: String = "flatten") {
    append(name, .flatten(Flatten()))
  }

  mutating func add(_ name: String, _ inputs: String...) {
    append(name, .add(Add()), inputs: inputs)
  }

  mutating func multiply(_ name: String, _ left: String, _ right: String) {
    append(name, .multiply(Multiply()), inputs: [left, right])
  }

  mutating func channelShuffle(_ name: String, groups: Int) {
    append(name, .channelShuffle(ChannelShuffle(groups: groups)))
  }

  mutating func channelSlice(_ name: String, start: Int, count: Int) {
    append(name, .channelSlice(ChannelSlice(start: start, count: count)))
  }

  mutating func concatenate(_ name: String, _ inputs: [String]) {
    append(name, .concatenate(Concatenate()), inputs: inputs)
  }
}
