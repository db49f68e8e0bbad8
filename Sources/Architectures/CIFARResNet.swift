import NetworkGraph

/// He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, section 4.2: `6n + 2` layers for CIFAR-10.
///
/// Shortcuts are the paper's option A, without parameters: where a stage halves the map and doubles the filters, every
/// second row and column of the input is taken, and channels of zeros are added, half before and half after.
/// Layers carry the names that torchvision's ResNets would give them.
enum CIFARResNet {
  static let architectures = [
    architecture(depth: 20, error: 8.75),
    architecture(depth: 32, error: 7.51),
    architecture(depth: 44, error: 7.17),
    architecture(depth: 56, error: 6.97),
    architecture(depth: 110, error: 6.43),
  ]

  private static func architecture(depth: Int, error: Double) -> Architecture {
    Architecture(
      name: "resnet\(depth)", title: "ResNet-\(depth)",
      paper: "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015",
      notes: "For CIFAR-10 (section 4.2), with shortcuts of option A, which have no parameters.",
      inputShape: [3, 32, 32], defaultClasses: 10,
      published: [.cifar10(top1: error, "He et al. 2015, table 6")]
    ) { net, classes in build(&net, blocksPerStage: (depth - 2) / 6, classes) }
  }

  private static func build(_ net: inout NetworkBuilder, blocksPerStage: Int, _ classes: Int) {
    net.convolution("conv1", 16, kernel: 3, padding: 1, bias: false)
    net.batchNormalization("bn1")
    net.relu("relu")
    for (stage, filters) in [16, 32, 64].enumerated() {
      for index in 0..<blocksPerStage {
        block(&net, "layer\(stage + 1).\(index)", filters, halves: stage > 0 && index == 0)
      }
    }
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.fullyConnected("fc", classes)
  }

  private static func block(_ net: inout NetworkBuilder, _ name: String, _ filters: Int, halves: Bool) {
    let input = net.current
    net.convolution("\(name).conv1", filters, kernel: 3, stride: halves ? 2 : 1, padding: 1, bias: false)
    net.batchNormalization("\(name).bn1")
    net.relu("\(name).relu1")
    net.convolution("\(name).conv2", filters, kernel: 3, padding: 1, bias: false)
    net.batchNormalization("\(name).bn2")
    let branch = net.current
    net.resume(from: input)
    if halves {
      // A 1x1 maximum is its only value: pooling of stride 2 is the subsampling of option A.
      net.maxPooling("\(name).shortcut.subsample", kernel: 1, stride: 2)
      net.append("\(name).shortcut.pad", .channelPadding(ChannelPadding(before: filters / 4, after: filters / 4)))
    }
    net.add("\(name).add", branch, net.current)
    net.relu("\(name).relu")
  }
}
