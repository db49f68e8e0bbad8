import NetworkGraph

/// Howard, Sandler, Chu et al.: Searching for MobileNetV3, 2019, tables 1 and 2.
///
/// Layers carry torchvision's names. Batch normalisation's epsilon is 1e-3; the gate of squeeze-and-excitation is a hard
/// sigmoid and squeezes to a quarter of the expanded channels, rounded to a multiple of 8.
enum MobileNetV3 {
  static let architectures = [
    architecture(
      "mobilenet_v3_small", "MobileNetV3-Small", small, lastChannels: 1024,
      published: [
        .imageNet(top1: 32.6, top5: nil, "Howard et al. 2019, table 3, V3-Small 1.0"),
        .torchvision("MobileNet_V3_Small_Weights", top1: 32.332, top5: 12.598),
      ],
      pretrained: .torchvision("mobilenet_v3_small-047dcff4.pth", "MobileNet_V3_Small_Weights")),
    architecture(
      "mobilenet_v3_large", "MobileNetV3-Large", large, lastChannels: 1280,
      published: [
        .imageNet(top1: 24.8, top5: nil, "Howard et al. 2019, table 3, V3-Large 1.0"),
        .torchvision("MobileNet_V3_Large_Weights", top1: 25.958, top5: 8.660),
      ],
      pretrained: .torchvision("mobilenet_v3_large-8738ca79.pth", "MobileNet_V3_Large_Weights")),
  ]

  /// A row of the tables: kernel, expanded channels, output channels, squeeze-and-excitation, nonlinearity, stride.
  private typealias Row = (
    kernel: Int, expanded: Int, output: Int, squeezes: Bool, nonlinearity: Nonlinearity, stride: Int
  )

  /// RE and HS of the tables.
  private enum Nonlinearity {
    case relu
    case hardSwish

    var layer: Operator {
      switch self {
      case .relu: .relu(ReLU())
      case .hardSwish: .hardSwish(HardSwish())
      }
    }
  }

  /// Table 1.
  private static let large: [Row] = [
    (3, 16, 16, false, .relu, 1),
    (3, 64, 24, false, .relu, 2),
    (3, 72, 24, false, .relu, 1),
    (5, 72, 40, true, .relu, 2),
    (5, 120, 40, true, .relu, 1),
    (5, 120, 40, true, .relu, 1),
    (3, 240, 80, false, .hardSwish, 2),
    (3, 200, 80, false, .hardSwish, 1),
    (3, 184, 80, false, .hardSwish, 1),
    (3, 184, 80, false, .hardSwish, 1),
    (3, 480, 112, true, .hardSwish, 1),
    (3, 672, 112, true, .hardSwish, 1),
    (5, 672, 160, true, .hardSwish, 2),
    (5, 960, 160, true, .hardSwish, 1),
    (5, 960, 160, true, .hardSwish, 1),
  ]

  /// Table 2.
  private static let small: [Row] = [
    (3, 16, 16, true, .relu, 2),
    (3, 72, 24, false, .relu, 2),
    (3, 88, 24, false, .relu, 1),
    (5, 96, 40, true, .hardSwish, 2),
    (5, 240, 40, true, .hardSwish, 1),
    (5, 240, 40, true, .hardSwish, 1),
    (5, 120, 48, true, .hardSwish, 1),
    (5, 144, 48, true, .hardSwish, 1),
    (5, 288, 96, true, .hardSwish, 2),
    (5, 576, 96, true, .hardSwish, 1),
    (5, 576, 96, true, .hardSwish, 1),
  ]

  private static func architecture(
    _ name: String, _ title: String, _ rows: [Row], lastChannels: Int, published: [PublishedAccuracy],
    pretrained: PretrainedWeights
  ) -> Architecture {
    Architecture(
      name: name, title: title, paper: "Howard, Sandler, Chu et al.: Searching for MobileNetV3, 2019",
      notes: "Width 1.0, as torchvision builds it.", inputShape: [3, 224, 224], defaultClasses: 1000,
      published: published, pretrained: pretrained
    ) { net, classes in build(&net, rows, lastChannels: lastChannels, classes) }
  }

  private static let epsilon: Float = 1e-3

  private static func build(_ net: inout NetworkBuilder, _ rows: [Row], lastChannels: Int, _ classes: Int) {
    let hardSwish = Nonlinearity.hardSwish.layer
    net.convolutionUnit("features.0", 16, kernel: 3, stride: 2, epsilon: epsilon, activation: hardSwish)
    var input = 16
    for (index, row) in rows.enumerated() {
      block(&net, "features.\(index + 1)", from: input, row)
      input = row.output
    }
    net.convolutionUnit("features.\(rows.count + 1)", 6 * input, epsilon: epsilon, activation: hardSwish)
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.fullyConnected("classifier.0", lastChannels)
    net.append("classifier.1", hardSwish)
    net.dropout("classifier.2", 0.2)
    net.fullyConnected("classifier.3", classes)
  }

  /// Figure 4: the block of MobileNetV2 with squeeze-and-excitation between filtering and projecting.
  private static func block(_ net: inout NetworkBuilder, _ name: String, from input: Int, _ row: Row) {
    let (start, wide, activation) = (net.current, row.expanded, row.nonlinearity.layer)
    var parts = (0...).lazy.map { "\(name).block.\($0)" }.makeIterator()
    if wide != input { net.convolutionUnit(parts.next()!, wide, epsilon: epsilon, activation: activation) }
    net.convolutionUnit(
      parts.next()!, wide, kernel: row.kernel, stride: row.stride, groups: wide, epsilon: epsilon,
      activation: activation)
    if row.squeezes {
      net.squeezeAndExcitation(
        parts.next()!, wide, squeezed: multipleOf8(near: wide / 4), activation: .relu(ReLU()),
        gate: .hardSigmoid(HardSigmoid()))
    }
    net.convolutionUnit(parts.next()!, row.output, epsilon: epsilon, activation: nil)
    if row.stride == 1 && input == row.output { net.add("\(name).add", start, net.current) }
  }

  /// The multiple of 8 nearest to `channels`, but at least 8 and never more than a tenth smaller: the rule of the
  /// authors' repository for MobileNets.
  private static func multipleOf8(near channels: Int) -> Int {
    let nearest = max(8, (channels + 4) / 8 * 8)
    return 10 * nearest < 9 * channels ? nearest + 8 : nearest
  }
}
