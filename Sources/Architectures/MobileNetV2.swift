import NetworkGraph

/// Sandler, Howard, Zhu, Zhmoginov, Chen: MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018, table 2.
///
/// Layers carry torchvision's names.
enum MobileNetV2 {
  static let architecture = Architecture(
    name: "mobilenet_v2", title: "MobileNetV2",
    paper: "Sandler, Howard, Zhu et al.: MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018",
    notes: "Width 1.0, as torchvision builds it.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [
      .imageNet(top1: 28.0, top5: nil, "Sandler et al. 2018, table 4, MobileNetV2"),
      .torchvision("MobileNet_V2_Weights", top1: 28.122, top5: 9.714),
    ],
    pretrained: .torchvision("mobilenet_v2-b0353104.pth", "MobileNet_V2_Weights")
  ) { net, classes in
    net.convolutionUnit("features.0", 32, kernel: 3, stride: 2, activation: relu6)
    let blocks = blocks(&net, inputChannels: 32)
    net.convolutionUnit("features.\(blocks + 1)", 1280, activation: relu6)
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.dropout("classifier.0", 0.2)
    net.fullyConnected("classifier.1", classes)
  }

  private static let relu6 = Operator.relu6(ReLU6())

  /// Table 2: `t, c, n, s`.
  private static let stages: [(expansion: Int, channels: Int, blocks: Int, stride: Int)] = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
  ]

  /// Appends the blocks of all stages, and returns how many they are.
  private static func blocks(_ net: inout NetworkBuilder, inputChannels: Int) -> Int {
    var (input, number) = (inputChannels, 0)
    for stage in stages {
      for index in 0..<stage.blocks {
        number += 1
        block(
          &net, "features.\(number)", from: input, expansion: stage.expansion, to: stage.channels,
          stride: index == 0 ? stage.stride : 1)
        input = stage.channels
      }
    }
    return number
  }

  /// Table 1: expand with 1x1, filter each channel with 3x3, project with 1x1 and no activation.
  private static func block(
    _ net: inout NetworkBuilder, _ name: String, from input: Int, expansion: Int, to output: Int, stride: Int
  ) {
    let (start, wide) = (net.current, input * expansion)
    var parts = (0...).lazy.map { "\(name).conv.\($0)" }.makeIterator()
    if expansion != 1 { net.convolutionUnit(parts.next()!, wide, activation: relu6) }
    net.convolutionUnit(parts.next()!, wide, kernel: 3, stride: stride, groups: wide, activation: relu6)
    net.convolution(parts.next()!, output, kernel: 1, bias: false)
    net.batchNormalization(parts.next()!)
    if stride == 1 && input == output { net.add("\(name).add", start, net.current) }
  }
}
