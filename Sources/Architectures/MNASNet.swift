import NetworkGraph

/// Tan, Chen, Pang et al.: MnasNet: Platform-Aware Neural Architecture Search for Mobile, 2018, in its B1 form, which has
/// no squeeze-and-excitation.
///
/// Layers carry torchvision's names, which count every part of the network as `layers.N`.
enum MNASNet {
  static let architecture = Architecture(
    name: "mnasnet1_0", title: "MNASNet-B1 1.0",
    paper: "Tan, Chen, Pang et al.: MnasNet: Platform-Aware Neural Architecture Search for Mobile, 2018",
    notes: "The B1 form, without squeeze-and-excitation, at depth multiplier 1.0, as torchvision builds it.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [.torchvision("MNASNet1_0_Weights", top1: 26.544, top5: 8.490)],
    pretrained: .torchvision("mnasnet1.0_top1_73.512-f206786ef8.pth", "MNASNet1_0_Weights")
  ) { net, classes in
    stem(&net)
    var input = 16
    for (number, stack) in stacks.enumerated() {
      for index in 0..<stack.blocks {
        block(
          &net, "layers.\(8 + number).\(index)", from: input, stack, stride: index == 0 ? stack.stride : 1)
        input = stack.channels
      }
    }
    net.convolution("layers.14", 1280, kernel: 1, bias: false)
    net.batchNormalization("layers.15")
    net.relu("layers.16")
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.dropout("classifier.0", 0.2)
    net.fullyConnected("classifier.1", classes)
  }

  private typealias Stack = (channels: Int, kernel: Int, stride: Int, expansion: Int, blocks: Int)

  private static let stacks: [Stack] = [
    (24, 3, 2, 3, 3),
    (40, 5, 2, 3, 3),
    (80, 5, 2, 6, 3),
    (96, 3, 1, 6, 2),
    (192, 5, 2, 6, 4),
    (320, 3, 1, 6, 1),
  ]

  /// A plain convolution, then a separable one: filters for each channel, mixed by 1x1 without an activation.
  private static func stem(_ net: inout NetworkBuilder) {
    net.convolution("layers.0", 32, kernel: 3, stride: 2, padding: 1, bias: false)
    net.batchNormalization("layers.1")
    net.relu("layers.2")
    net.convolution("layers.3", 32, kernel: 3, padding: 1, groups: 32, bias: false)
    net.batchNormalization("layers.4")
    net.relu("layers.5")
    net.convolution("layers.6", 16, kernel: 1, bias: false)
    net.batchNormalization("layers.7")
  }

  /// An inverted residual (Sandler et al., 2018) with ReLU.
  private static func block(
    _ net: inout NetworkBuilder, _ name: String, from input: Int, _ stack: Stack, stride: Int
  ) {
    let (start, wide) = (net.current, input * stack.expansion)
    net.convolution("\(name).layers.0", wide, kernel: 1, bias: false)
    net.batchNormalization("\(name).layers.1")
    net.relu("\(name).layers.2")
    net.convolution(
      "\(name).layers.3", wide, kernel: Size2D(stack.kernel), stride: stride,
      padding: .symmetric(Size2D(stack.kernel / 2)), groups: wide, bias: false)
    net.batchNormalization("\(name).layers.4")
    net.relu("\(name).layers.5")
    net.convolution("\(name).layers.6", stack.channels, kernel: 1, bias: false)
    net.batchNormalization("\(name).layers.7")
    if stride == 1 && input == stack.channels { net.add("\(name).add", net.current, start) }
  }
}
