import NetworkGraph

/// Ma, Zhang, Zheng, Sun: ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, 2018, table 5.
///
/// Layers carry torchvision's names.
enum ShuffleNetV2 {
  static let architecture = Architecture(
    name: "shufflenet_v2_x1_0", title: "ShuffleNetV2 1x",
    paper: "Ma, Zhang, Zheng, Sun: ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, 2018",
    notes: "Output channels 1x, as torchvision builds it.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [
      .imageNet(top1: 30.6, top5: nil, "Ma et al. 2018, table 8, ShuffleNet v2 1x"),
      .torchvision("ShuffleNet_V2_X1_0_Weights", top1: 30.638, top5: 11.684),
    ],
    pretrained: .torchvision("shufflenetv2_x1-5666bf0f80.pth", "ShuffleNet_V2_X1_0_Weights")
  ) { net, classes in
    net.convolution("conv1.0", 24, kernel: 3, stride: 2, padding: 1, bias: false)
    net.batchNormalization("conv1.1")
    net.relu("conv1.2")
    net.maxPooling("maxpool", kernel: 3, stride: 2, padding: 1)
    var input = 24
    for stage in stages {
      downsample(&net, "\(stage.name).0", from: input, to: stage.channels)
      for index in 1..<stage.blocks { block(&net, "\(stage.name).\(index)", stage.channels) }
      input = stage.channels
    }
    pointwise(&net, "conv5", 0, 1024)
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.fullyConnected("fc", classes)
  }

  /// Table 5, column 1x.
  private static let stages: [(name: String, blocks: Int, channels: Int)] = [
    ("stage2", 4, 116),
    ("stage3", 8, 232),
    ("stage4", 4, 464),
  ]

  /// Figure 3(c): half of the channels go through the block, the others around it.
  private static func block(_ net: inout NetworkBuilder, _ name: String, _ channels: Int) {
    let (input, half) = (net.current, channels / 2)
    net.channelSlice("\(name).kept", start: 0, count: half)
    let kept = net.current
    net.resume(from: input)
    net.channelSlice("\(name).processed", start: half, count: half)
    branch2(&net, "\(name).branch2", half, stride: 1)
    join(&net, name, kept, net.current)
  }

  /// Figure 3(d): both branches take all channels, and halve the map.
  private static func downsample(_ net: inout NetworkBuilder, _ name: String, from input: Int, to output: Int) {
    let start = net.current
    depthwise(&net, "\(name).branch1", 0, input, stride: 2)
    pointwise(&net, "\(name).branch1", 2, output / 2)
    let left = net.current
    net.resume(from: start)
    branch2(&net, "\(name).branch2", output / 2, stride: 2)
    join(&net, name, left, net.current)
  }

  private static func branch2(_ net: inout NetworkBuilder, _ name: String, _ channels: Int, stride: Int) {
    pointwise(&net, name, 0, channels)
    depthwise(&net, name, 3, channels, stride: stride)
    pointwise(&net, name, 5, channels)
  }

  private static func join(_ net: inout NetworkBuilder, _ name: String, _ left: String, _ right: String) {
    net.concatenate("\(name).concatenate", [left, right])
    net.channelShuffle("\(name).shuffle", groups: 2)
  }

  /// 1x1 convolution, batch normalisation and ReLU, numbered from `index` on.
  private static func pointwise(_ net: inout NetworkBuilder, _ name: String, _ index: Int, _ channels: Int) {
    net.convolution("\(name).\(index)", channels, kernel: 1, bias: false)
    net.batchNormalization("\(name).\(index + 1)")
    net.relu("\(name).\(index + 2)")
  }

  /// 3x3 convolution of each channel and batch normalisation, numbered from `index` on.
  private static func depthwise(
    _ net: inout NetworkBuilder, _ name: String, _ index: Int, _ channels: Int, stride: Int
  ) {
    net.convolution(
      "\(name).\(index)", channels, kernel: 3, stride: stride, padding: 1, groups: channels, bias: false)
    net.batchNormalization("\(name).\(index + 1)")
  }
}
