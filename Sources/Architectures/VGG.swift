import NetworkGraph

/// Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014, table 1.
///
/// Layers carry torchvision's names. Two deviations come with them: the average pooling to 7x7 before the classifier
/// (the identity at 224 pixels), and the `_bn` variants, which the paper does not have.
enum VGG {
  /// A column of table 1: stages of 3x3 convolutions, each ended by a 2x2 pooling of stride 2.
  private static let columns: [(depth: Int, column: String, stages: [[Int]])] = [
    (11, "A", [[64], [128], [256, 256], [512, 512], [512, 512]]),
    (13, "B", [[64, 64], [128, 128], [256, 256], [512, 512], [512, 512]]),
    (16, "D", [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]),
    (19, "E", [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512, 512, 512, 512]]),
  ]

  static let architectures = [false, true].flatMap { batchNormalized in
    columns.map { architecture(depth: $0.depth, column: $0.column, stages: $0.stages, batchNormalized) }
  }

  private static func architecture(
    depth: Int, column: String, stages: [[Int]], _ batchNormalized: Bool
  ) -> Architecture {
    let name = "vgg\(depth)" + (batchNormalized ? "_bn" : "")
    let weights = weights[name]!
    let enumeration = "VGG\(depth)\(batchNormalized ? "_BN" : "")_Weights"
    return Architecture(
      name: name, title: "VGG-\(depth)" + (batchNormalized ? " (batch norm)" : ""),
      paper: "Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014",
      notes: "Configuration \(column)"
        + (batchNormalized ? ", with batch normalisation after every convolution, as torchvision adds it." : "."),
      inputShape: [3, 224, 224], defaultClasses: 1000,
      published: (batchNormalized ? [] : [paper[depth]!])
        + [.torchvision(enumeration, top1: weights.top1, top5: weights.top5)],
      pretrained: .torchvision("\(name)-\(weights.hash).pth", enumeration)
    ) { net, classes in
      features(&net, stages, batchNormalized: batchNormalized)
      classifier(&net, classes)
    }
  }

  private static func features(_ net: inout NetworkBuilder, _ stages: [[Int]], batchNormalized: Bool) {
    var index = 0
    func next() -> String {
      defer { index += 1 }
      return "features.\(index)"
    }
    for stage in stages {
      for filters in stage {
        net.convolution(next(), filters, kernel: 3, padding: 1)
        if batchNormalized { net.batchNormalization(next()) }
        net.relu(next())
      }
      net.maxPooling(next(), kernel: 2, stride: 2)
    }
  }

  private static func classifier(_ net: inout NetworkBuilder, _ classes: Int) {
    net.adaptiveAveragePooling("avgpool", to: 7)
    net.flatten()
    net.fullyConnected("classifier.0", 4096)
    net.relu("classifier.1")
    net.dropout("classifier.2")
    net.fullyConnected("classifier.3", 4096)
    net.relu("classifier.4")
    net.dropout("classifier.5")
    net.fullyConnected("classifier.6", classes)
  }

  /// Table 3: one test scale, trained at 256 (A, B) or with scale jittering (D, E).
  private static let paper: [Int: PublishedAccuracy] = [
    11: .imageNet(top1: 29.6, top5: 10.4, "Simonyan & Zisserman 2014, table 3, A, scale 256"),
    13: .imageNet(top1: 28.7, top5: 9.9, "Simonyan & Zisserman 2014, table 3, B, scale 256"),
    16: .imageNet(top1: 25.6, top5: 8.1, "Simonyan & Zisserman 2014, table 3, D, scale 384"),
    19: .imageNet(top1: 25.5, top5: 8.0, "Simonyan & Zisserman 2014, table 3, E, scale 384"),
  ]

  private static let weights: [String: (hash: String, top1: Double, top5: Double)] = [
    "vgg11": ("8a719046", 30.980, 11.372),
    "vgg13": ("19584684", 30.072, 10.754),
    "vgg16": ("397923af", 28.408, 9.618),
    "vgg19": ("dcbb9e9d", 27.624, 9.124),
    "vgg11_bn": ("6002323d", 29.630, 10.190),
    "vgg13_bn": ("abd245e5", 28.414, 9.626),
    "vgg16_bn": ("6c64b313", 26.640, 8.484),
    "vgg19_bn": ("c79401a0", 25.782, 8.158),
  ]
}
