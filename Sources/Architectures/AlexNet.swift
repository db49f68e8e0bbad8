import NetworkGraph

/// Krizhevsky: One Weird Trick for Parallelizing Convolutional Neural Networks, 2014, as torchvision builds it.
///
/// One tower of 64/192/384/256/256 filters without local response normalisation; see `AlexNetOriginal` for 2012.
enum AlexNet {
  static let architecture = Architecture(
    name: "alexnet", title: "AlexNet",
    paper: "Krizhevsky: One Weird Trick for Parallelizing Convolutional Neural Networks, 2014",
    notes: "torchvision's single tower (64/192/384/256/256 filters, no local response normalisation, 224 pixels); "
      + "alexnet-original is the network of 2012.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [.torchvision("AlexNet_Weights", top1: 43.478, top5: 20.934)],
    pretrained: .torchvision("alexnet-owt-7be5be79.pth", "AlexNet_Weights")
  ) { net, classes in
    net.convolution("features.0", 64, kernel: 11, stride: 4, padding: 2)
    net.relu("features.1")
    net.maxPooling("features.2", kernel: 3, stride: 2)
    net.convolution("features.3", 192, kernel: 5, padding: 2)
    net.relu("features.4")
    net.maxPooling("features.5", kernel: 3, stride: 2)
    net.convolution("features.6", 384, kernel: 3, padding: 1)
    net.relu("features.7")
    net.convolution("features.8", 256, kernel: 3, padding: 1)
    net.relu("features.9")
    net.convolution("features.10", 256, kernel: 3, padding: 1)
    net.relu("features.11")
    net.maxPooling("features.12", kernel: 3, stride: 2)
    net.adaptiveAveragePooling("avgpool", to: 6)
    net.flatten()
    net.dropout("classifier.0")
    net.fullyConnected("classifier.1", 4096)
    net.relu("classifier.2")
    net.dropout("classifier.3")
    net.fullyConnected("classifier.4", 4096)
    net.relu("classifier.5")
    net.fullyConnected("classifier.6", classes)
  }
}
