import NetworkGraph

/// Tan, Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, 2019, table 1.
///
/// Layers carry torchvision's names. It differs from TensorFlow's in padding (symmetric, not `SAME`) and in batch
/// normalisation's epsilon (1e-5, not 1e-3). Stochastic depth, which only training knows, is left out.
enum EfficientNet {
  static let architecture = Architecture(
    name: "efficientnet_b0", title: "EfficientNet-B0",
    paper: "Tan, Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, 2019",
    notes: "As torchvision builds it, with symmetric padding; efficientnet-lite0 is the network without "
      + "squeeze-and-excitation and with ReLU6.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [
      .imageNet(top1: 22.9, top5: 6.7, "Tan and Le 2019, table 2, EfficientNet-B0"),
      .torchvision("EfficientNet_B0_Weights", top1: 22.308, top5: 6.468),
    ],
    // Up to version 0.16.0, torchvision named the file efficientnet_b0_rwightman-3dd342df.pth, which is not its hash.
    pretrained: .torchvision(
      "efficientnet_b0_rwightman-7f5810bc.pth", "EfficientNet_B0_Weights", interpolation: .bicubic)
  ) { net, classes in
    net.convolutionUnit("features.0", 32, kernel: 3, stride: 2, activation: silu)
    var input = 32
    for (number, stage) in stages.enumerated() {
      for index in 0..<stage.blocks {
        block(
          &net, "features.\(number + 1).\(index)", from: input, stage, stride: index == 0 ? stage.stride : 1)
        input = stage.channels
      }
    }
    net.convolutionUnit("features.\(stages.count + 1)", 4 * input, activation: silu)
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.dropout("classifier.0", 0.2)
    net.fullyConnected("classifier.1", classes)
  }

  private static let silu = Operator.silu(SiLU())

  private typealias Stage = (blocks: Int, kernel: Int, stride: Int, expansion: Int, channels: Int)

  /// Table 1, stages 2 to 8.
  private static let stages: [Stage] = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
  ]

  /// An inverted residual (Sandler et al., 2018) with squeeze-and-excitation to a quarter of the block's input channels.
  private static func block(
    _ net: inout NetworkBuilder, _ name: String, from input: Int, _ stage: Stage, stride: Int
  ) {
    let (start, wide) = (net.current, input * stage.expansion)
    var parts = (0...).lazy.map { "\(name).block.\($0)" }.makeIterator()
    if stage.expansion != 1 { net.convolutionUnit(parts.next()!, wide, activation: silu) }
    net.convolutionUnit(parts.next()!, wide, kernel: stage.kernel, stride: stride, groups: wide, activation: silu)
    net.squeezeAndExcitation(
      parts.next()!, wide, squeezed: input / 4, activation: silu, gate: .sigmoid(Sigmoid()))
    net.convolutionUnit(parts.next()!, stage.channels, activation: nil)
    if stride == 1 && input == stage.channels { net.add("\(name).add", start, net.current) }
  }
}
