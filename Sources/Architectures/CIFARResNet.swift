import NetworkGraph

/// He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, section 4.2: `6n + 2` layers for CIFAR-10.
///
/// Shortcuts are the paper's option A, without parameters: where a stage halves the map and doubles the filters, every
/// second row and column of the input is taken, and channels of zeros are added, half before and half after.
/// The paper's plain networks are the same without shortcuts. Layers carry the names that torchvision's ResNets would give
/// them.
enum CIFARResNet {
  static let architectures =
    [
      residual(depth: 20, error: 8.75),
      residual(depth: 32, error: 7.51),
      residual(depth: 44, error: 7.17),
      residual(depth: 56, error: 6.97),
      residual(depth: 110, error: 6.43),
    ] + [plain(depth: 20), plain(depth: 56)]

  private static func residual(depth: Int, error: Double) -> Architecture {
    architecture(
      "resnet\(depth)", "ResNet-\(depth)", depth: depth, hasShortcuts: true,
      notes: "For CIFAR-10 (section 4.2), with shortcuts of option A, which have no parameters.",
      published: [.cifar10(top1: error, "He et al. 2015, table 6")])
  }

  /// The paper shows the errors of these as curves alone (figure 6, left).
  private static func plain(depth: Int) -> Architecture {
    architecture(
      "plain\(depth)", "Plain-\(depth)", depth: depth, hasShortcuts: false,
      notes: "ResNet-\(depth) for CIFAR-10 without shortcuts, the paper's baseline.", published: [])
  }

  private static func architecture(
    _ name: String, _ title: String, depth: Int, hasShortcuts: Bool, notes: String, published: [PublishedAccuracy]
  ) -> Architecture {
    Architecture(
      name: name, title: title, paper: "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015",
      notes: notes, inputShape: [3, 32, 32], defaultClasses: 10, published: published
    ) { net, classes in build(&net, blocksPerStage: (depth - 2) / 6, hasShortcuts: hasShortcuts, classes) }
  }

  private static func build(
    _ net: inout NetworkBuilder, blocksPerStage: Int, hasShortcuts: Bool, _ classes: Int
  ) {
    net.convolution("conv1", 16, kernel: 3, padding: 1, bias: false)
    net.batchNormalization("bn1")
    net.relu("relu")
    for (stage, filters) in [16, 32, 64].enumerated() {
      for index in 0..<blocksPerStage {
        let (name, halves) = ("layer\(stage + 1).\(index)", stage > 0 && index == 0)
        let input = net.current
        branch(&net, name, filters, halves: halves)
        if hasShortcuts { shortcut(&net, name, filters, from: input, halves: halves) }
        net.relu("\(name).relu")
      }
    }
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.fullyConnected("fc", classes)
  }

  private static func branch(_ net: inout NetworkBuilder, _ name: String, _ filters: Int, halves: Bool) {
    net.convolution("\(name).conv1", filters, kernel: 3, stride: halves ? 2 : 1, padding: 1, bias: false)
    net.batchNormalization("\(name).bn1")
    net.relu("\(name).relu1")
    net.convolution("\(name).conv2", filters, kernel: 3, padding: 1, bias: false)
    net.batchNormalization("\(name).bn2")
  }

  private static func shortcut(
    _ net: inout NetworkBuilder, _ name: String, _ filters: Int, from input: String, halves: Bool
  ) {
    let branch = net.current
    net.resume(from: input)
    if halves {
      // The maximum of a 1x1 window is the value itself, so this pooling is the subsampling of option A.
      net.maxPooling("\(name).shortcut.subsample", kernel: 1, stride: 2)
      net.append("\(name).shortcut.pad", .channelPadding(ChannelPadding(before: filters / 4, after: filters / 4)))
    }
    net.add("\(name).add", branch, net.current)
  }
}
