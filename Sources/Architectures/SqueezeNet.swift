import NetworkGraph

/// Iandola et al.: SqueezeNet: AlexNet-Level Accuracy with 50x Fewer Parameters and < 0.5 MB Model Size, 2016.
///
/// Version 1.1 of the authors' repository: a 3x3 first kernel and earlier pooling cut the paper's arithmetic by 2.4.
/// Layers carry torchvision's names; the classifier is a 1x1 convolution, averaged over the map.
enum SqueezeNet {
  static let architecture = Architecture(
    name: "squeezenet1_1", title: "SqueezeNet 1.1",
    paper: "Iandola, Han, Moskewicz et al.: SqueezeNet: AlexNet-Level Accuracy with 50x Fewer Parameters, 2016",
    notes: "The authors' version 1.1, with 2.4 times less arithmetic than the paper's 1.0 at the same accuracy.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [.torchvision("SqueezeNet1_1_Weights", top1: 41.822, top5: 19.376)],
    pretrained: .torchvision("squeezenet1_1-b8a52dc0.pth", "SqueezeNet1_1_Weights")
  ) { net, classes in
    net.convolution("features.0", 64, kernel: 3, stride: 2)
    net.relu("features.1")
    net.maxPooling("features.2", kernel: 3, stride: 2, ceilMode: true)
    fire(&net, "features.3", squeeze: 16, expand: 64)
    fire(&net, "features.4", squeeze: 16, expand: 64)
    net.maxPooling("features.5", kernel: 3, stride: 2, ceilMode: true)
    fire(&net, "features.6", squeeze: 32, expand: 128)
    fire(&net, "features.7", squeeze: 32, expand: 128)
    net.maxPooling("features.8", kernel: 3, stride: 2, ceilMode: true)
    fire(&net, "features.9", squeeze: 48, expand: 192)
    fire(&net, "features.10", squeeze: 48, expand: 192)
    fire(&net, "features.11", squeeze: 64, expand: 256)
    fire(&net, "features.12", squeeze: 64, expand: 256)
    net.dropout("classifier.0")
    net.convolution("classifier.1", classes, kernel: 1)
    net.relu("classifier.2")
    net.globalAveragePooling("classifier.3")
    net.flatten()
  }

  /// Section 3.2, figure 1: a 1x1 squeeze layer, and behind it 1x1 and 3x3 kernels side by side that expand its
  /// channels.
  private static func fire(_ net: inout NetworkBuilder, _ name: String, squeeze: Int, expand: Int) {
    net.convolution("\(name).squeeze", squeeze, kernel: 1)
    net.relu("\(name).squeeze_activation")
    let squeezed = net.current
    net.convolution("\(name).expand1x1", expand, kernel: 1)
    net.relu("\(name).expand1x1_activation")
    let left = net.current
    net.resume(from: squeezed)
    net.convolution("\(name).expand3x3", expand, kernel: 3, padding: 1)
    net.relu("\(name).expand3x3_activation")
    net.concatenate("\(name).concatenate", [left, net.current])
  }
}
