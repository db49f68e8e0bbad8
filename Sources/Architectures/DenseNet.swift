import NetworkGraph

/// Huang, Liu, van der Maaten, Weinberger: Densely Connected Convolutional Networks, 2016, table 1 (DenseNet-BC).
///
/// Layers carry torchvision's names. A dense layer takes all maps that its block has made before it. The builder joins
/// each layer's maps to the maps before them, so a dense layer has a single input.
enum DenseNet {
  static let architecture = Architecture(
    name: "densenet121", title: "DenseNet-121",
    paper: "Huang, Liu, van der Maaten, Weinberger: Densely Connected Convolutional Networks, 2016",
    notes: "Growth rate 32, with bottlenecks and compression by a half (BC).",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [
      .imageNet(top1: 25.02, top5: 7.71, "Huang et al. 2016, table 3, 1 crop"),
      .torchvision("DenseNet121_Weights", top1: 25.566, top5: 8.028),
    ],
    pretrained: .torchvision("densenet121-a639ec97.pth", "DenseNet121_Weights"),
    currentTensorName: currentTensorName
  ) { net, classes in
    net.convolution("features.conv0", 64, kernel: 7, stride: 2, padding: 3, bias: false)
    net.batchNormalization("features.norm0")
    net.relu("features.relu0")
    net.maxPooling("features.pool0", kernel: 3, stride: 2, padding: 1)
    var channels = 64
    for (index, layers) in blocks.enumerated() {
      for layer in 1...layers { denseLayer(&net, "features.denseblock\(index + 1).denselayer\(layer)") }
      channels += layers * growthRate
      if index < blocks.count - 1 {
        channels /= 2
        transition(&net, "features.transition\(index + 1)", to: channels)
      }
    }
    net.batchNormalization("features.norm5")
    net.relu("relu")
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.fullyConnected("classifier", classes)
  }

  /// Table 1, column DenseNet-121.
  private static let blocks = [6, 12, 24, 16]
  private static let growthRate = 32

  /// Section 3: batch normalisation, ReLU and a 1x1 convolution to four times the growth rate, then the same with a 3x3
  /// convolution to the growth rate. The result is joined to the layer's input as further channels.
  private static func denseLayer(_ net: inout NetworkBuilder, _ name: String) {
    let before = net.current
    net.batchNormalization("\(name).norm1")
    net.relu("\(name).relu1")
    net.convolution("\(name).conv1", 4 * growthRate, kernel: 1, bias: false)
    net.batchNormalization("\(name).norm2")
    net.relu("\(name).relu2")
    net.convolution("\(name).conv2", growthRate, kernel: 3, padding: 1, bias: false)
    net.concatenate("\(name).concatenate", [before, net.current])
  }

  /// Section 3, pooling layers: a 1x1 convolution to half of the channels, then average pooling of 2x2.
  private static func transition(_ net: inout NetworkBuilder, _ name: String, to channels: Int) {
    net.batchNormalization("\(name).norm")
    net.relu("\(name).relu")
    net.convolution("\(name).conv", channels, kernel: 1, bias: false)
    net.averagePooling("\(name).pool", kernel: 2, stride: 2)
  }

  /// The published file is older than PyTorch's rule that module names hold no dots. It says
  /// `denselayer1.norm.1.weight`, where today's modules say `denselayer1.norm1.weight`.
  private static func currentTensorName(_ name: String) -> String {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard
      let layer = parts.firstIndex(where: { $0.hasPrefix("denselayer") }), layer + 2 < parts.count - 1,
      ["norm", "relu", "conv"].contains(parts[layer + 1]), ["1", "2"].contains(parts[layer + 2])
    else { return name }
    parts[layer + 1] += parts.remove(at: layer + 2)
    return parts.joined(separator: ".")
  }
}
