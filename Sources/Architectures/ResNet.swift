import NetworkGraph

/// He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, table 1, with projections where shapes
/// change (option B). Layers carry torchvision's names.
///
/// A block that halves the map strides in its 3x3 convolution, as torchvision's do; the `-original` networks stride in
/// the first 1x1 as the paper's. `plain18` and `plain34` are the paper's baselines without shortcuts.
enum ResNet {
  static let architectures = pretrained + originals + plain

  enum Block {
    /// Figure 5, left: two 3x3 convolutions.
    case basic
    /// Figure 5, right: 1x1, 3x3, 1x1 with four times as many filters at the end. `strideFirst` puts the stride of a
    /// stage's first block into the 1x1 (the paper) rather than the 3x3 (torchvision).
    case bottleneck(strideFirst: Bool)
    /// Two 3x3 convolutions without a shortcut (section 3.3, plain network).
    case plain

    var expansion: Int {
      if case .bottleneck = self { 4 } else { 1 }
    }
  }

  /// A column of table 1: the kind of block, and the number of blocks in conv2_x to conv5_x. Later families change the
  /// inside of the bottlenecks.
  struct Column {
    let depth: Int
    let block: Block
    let blocks: [Int]
    /// How many times wider a bottleneck's 3x3 convolution is than in the paper.
    var widening = 1
    /// Groups of a bottleneck's 3x3 convolution.
    var groups = 1
  }

  private static func bottlenecks(_ depth: Int, strideFirst: Bool) -> Column {
    let blocks = [50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]]
    return Column(depth: depth, block: .bottleneck(strideFirst: strideFirst), blocks: blocks[depth]!)
  }

  private static let basic = [
    Column(depth: 18, block: .basic, blocks: [2, 2, 2, 2]),
    Column(depth: 34, block: .basic, blocks: [3, 4, 6, 3]),
  ]

  private static let weights: [Int: (hash: String, top1: Double, top5: Double)] = [
    18: ("f37072fd", 30.242, 10.922),
    34: ("b627a593", 26.686, 8.580),
    50: ("0676ba61", 23.870, 7.138),
    101: ("63fe2227", 22.626, 6.454),
    152: ("394f9c45", 21.688, 5.954),
  ]

  private static let pretrained = (basic + [50, 101, 152].map { bottlenecks($0, strideFirst: false) }).map { column in
    let (depth, weights) = (column.depth, weights[column.depth]!)
    return architecture(
      "resnet\(depth)", "ResNet-\(depth)", column,
      notes: depth < 50
        ? "Projection shortcuts (option B)."
        : "Stride in the 3x3 convolution, as torchvision has it; resnet\(depth)-original strides in the first 1x1.",
      published: [
        paper[depth]!, .torchvision("ResNet\(depth)_Weights", top1: weights.top1, top5: weights.top5),
      ],
      pretrained: .torchvision("resnet\(depth)-\(weights.hash).pth", "ResNet\(depth)_Weights"))
  }

  private static let originals = [50, 101, 152].map { depth in
    architecture(
      "resnet\(depth)-original", "ResNet-\(depth) (2015)", bottlenecks(depth, strideFirst: true),
      notes: "The paper's network: stride in the first 1x1 convolution of a stage.", published: [paper[depth]!])
  }

  private static let plain = basic.map { column in
    architecture(
      "plain\(column.depth)", "Plain-\(column.depth)",
      Column(depth: column.depth, block: .plain, blocks: column.blocks),
      notes: "ResNet-\(column.depth) without shortcuts, the paper's baseline.", published: [plainPaper[column.depth]!])
  }

  /// Tables 2 and 3, tested with ten crops. The paper gives ResNet-18 with option A shortcuts only.
  private static let paper: [Int: PublishedAccuracy] = [
    18: .imageNet(top1: 27.88, top5: nil, "He et al. 2015, table 2, option A, 10 crops"),
    34: .imageNet(top1: 24.52, top5: 7.46, "He et al. 2015, table 3, option B, 10 crops"),
    50: .imageNet(top1: 22.85, top5: 6.71, "He et al. 2015, table 3, 10 crops"),
    101: .imageNet(top1: 21.75, top5: 6.05, "He et al. 2015, table 3, 10 crops"),
    152: .imageNet(top1: 21.43, top5: 5.71, "He et al. 2015, table 3, 10 crops"),
  ]
  private static let plainPaper: [Int: PublishedAccuracy] = [
    18: .imageNet(top1: 27.94, top5: nil, "He et al. 2015, table 2, 10 crops"),
    34: .imageNet(top1: 28.54, top5: 10.02, "He et al. 2015, table 3, 10 crops"),
  ]

  private static func architecture(
    _ name: String, _ title: String, _ column: Column, notes: String, published: [PublishedAccuracy],
    pretrained: PretrainedWeights? = nil
  ) -> Architecture {
    Architecture(
      name: name, title: title, paper: "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015",
      notes: notes, inputShape: [3, 224, 224], defaultClasses: 1000, published: published, pretrained: pretrained
    ) { net, classes in build(&net, column, classes) }
  }
}

extension ResNet {
  static func build(_ net: inout NetworkBuilder, _ column: Column, _ classes: Int) {
    net.convolution("conv1", 64, kernel: 7, stride: 2, padding: 3, bias: false)
    net.batchNormalization("bn1")
    net.relu("relu")
    net.maxPooling("maxpool", kernel: 3, stride: 2, padding: 1)
    var channels = 64
    for (stage, count) in column.blocks.enumerated() {
      let filters = 64 << stage
      for index in 0..<count {
        let stride = stage > 0 && index == 0 ? 2 : 1
        let projects = stride != 1 || channels != filters * column.block.expansion
        block(&net, column, "layer\(stage + 1).\(index)", filters, stride: stride, projects: projects)
        channels = filters * column.block.expansion
      }
    }
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.fullyConnected("fc", classes)
  }

  private static func block(
    _ net: inout NetworkBuilder, _ column: Column, _ name: String, _ filters: Int, stride: Int, projects: Bool
  ) {
    let input = net.current
    switch column.block {
    case .basic, .plain:
      basicBranch(&net, name, filters, stride: stride)
    case .bottleneck(let strideFirst):
      bottleneckBranch(&net, column, name, filters, strides: strideFirst ? (stride, 1) : (1, stride))
    }
    if case .plain = column.block {
      net.relu("\(name).relu")
    } else {
      let projected = projects ? filters * column.block.expansion : nil
      shortcut(&net, name, from: input, projectTo: projected, stride: stride)
    }
  }

  private static func basicBranch(_ net: inout NetworkBuilder, _ name: String, _ filters: Int, stride: Int) {
    net.convolution("\(name).conv1", filters, kernel: 3, stride: stride, padding: 1, bias: false)
    net.batchNormalization("\(name).bn1")
    net.relu("\(name).relu1")
    net.convolution("\(name).conv2", filters, kernel: 3, padding: 1, bias: false)
    net.batchNormalization("\(name).bn2")
  }

  private static func bottleneckBranch(
    _ net: inout NetworkBuilder, _ column: Column, _ name: String, _ filters: Int,
    strides: (first: Int, second: Int)
  ) {
    let inner = filters * column.widening
    net.convolution("\(name).conv1", inner, kernel: 1, stride: strides.first, bias: false)
    net.batchNormalization("\(name).bn1")
    net.relu("\(name).relu1")
    net.convolution(
      "\(name).conv2", inner, kernel: 3, stride: strides.second, padding: 1, groups: column.groups, bias: false)
    net.batchNormalization("\(name).bn2")
    net.relu("\(name).relu2")
    net.convolution("\(name).conv3", filters * 4, kernel: 1, bias: false)
    net.batchNormalization("\(name).bn3")
  }

  /// Equation 1 (identity) or 2 (projection): adds the block's input to its branch, then ReLU.
  private static func shortcut(
    _ net: inout NetworkBuilder, _ name: String, from input: String, projectTo channels: Int?, stride: Int
  ) {
    let branch = net.current
    net.resume(from: input)
    if let channels {
      net.convolution("\(name).downsample.0", channels, kernel: 1, stride: stride, bias: false)
      net.batchNormalization("\(name).downsample.1")
    }
    net.add("\(name).add", branch, net.current)
    net.relu("\(name).relu")
  }
}
