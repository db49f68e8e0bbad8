import NetworkGraph

/// Blocks that several families share. Their parts have the names that torchvision's modules of the same kind give
/// them.
extension NetworkBuilder {
  /// Appends a convolution without bias (`NAME.0`), batch normalisation (`NAME.1`) and, where one is given, an
  /// activation (`NAME.2`): torchvision's `Conv2dNormActivation`. At stride 1 the map keeps its extent.
  mutating func convolutionUnit(
    _ name: String, _ channels: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1, epsilon: Float = 1e-5,
    activation: Operator?
  ) {
    convolution(
      "\(name).0", channels, kernel: Size2D(kernel), stride: stride, padding: .symmetric(Size2D(kernel / 2)),
      groups: groups, bias: false)
    batchNormalization("\(name).1", epsilon: epsilon)
    if let activation { append("\(name).2", activation) }
  }

  /// Appends squeeze-and-excitation: each channel is multiplied by a gate that sees the whole map (Hu, Shen, Sun:
  /// Squeeze-and-Excitation Networks, 2017, figure 2). 1x1 convolutions stand for the paper's fully connected layers,
  /// as in torchvision's `SqueezeExcitation`.
  ///
  /// - Parameters:
  ///   - channels: number of channels of the map.
  ///   - squeezed: number of channels between the gate's two convolutions.
  mutating func squeezeAndExcitation(
    _ name: String, _ channels: Int, squeezed: Int, activation: Operator, gate: Operator
  ) {
    let map = current
    globalAveragePooling("\(name).avgpool")
    convolution("\(name).fc1", squeezed, kernel: 1)
    append("\(name).activation", activation)
    convolution("\(name).fc2", channels, kernel: 1)
    append("\(name).scale_activation", gate)
    multiply("\(name).multiply", map, current)
  }
}
