import NetworkGraph

/// Szegedy et al.: Going Deeper with Convolutions, 2014, table 1, without the auxiliary classifiers of training.
///
/// `googlenet` is torchvision's port of a TensorFlow model: batch normalisation after every convolution, the last
/// pooling 2x2, and a "5x5" branch whose kernel is 3x3. `googlenet-original` is the paper's: biases, local response
/// normalisation, 5x5 kernels, all four stage poolings 3x3. Both round pooling extents up, and share layer names.
enum GoogLeNet {
  static let architectures = [
    Architecture(
      name: "googlenet", title: "GoogLeNet", paper: paper,
      notes: "torchvision's version: batch normalisation, no local response normalisation, and 3x3 kernels in the "
        + "branch that the paper calls 5x5; no auxiliary classifiers.",
      inputShape: [3, 224, 224], defaultClasses: 1000,
      published: [table3, .torchvision("GoogLeNet_Weights", top1: 30.222, top5: 10.470)],
      // These weights saw pixels through `transform_input`, which turns ImageNet's mean and deviation into 0.5.
      pretrained: .torchvision(
        "googlenet-1378be20.pth", "GoogLeNet_Weights", mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]),
      ignoredWeightPrefixes: ["aux1.", "aux2."]
    ) { net, classes in build(&net, classes, .torchvision) },
    Architecture(
      name: "googlenet-original", title: "GoogLeNet (2014)", paper: paper,
      notes: "The paper's network: 5x5 kernels, local response normalisation, no batch normalisation; "
        + "no auxiliary classifiers.",
      inputShape: [3, 224, 224], defaultClasses: 1000, published: [table3],
      ignoredWeightPrefixes: ["aux1.", "aux2."]
    ) { net, classes in build(&net, classes, .original) },
  ]

  private static let paper = "Szegedy, Liu, Jia et al.: Going Deeper with Convolutions, 2014"
  private static let table3 = PublishedAccuracy.imageNet(
    top1: nil, top5: 10.07, "Szegedy et al. 2014, table 3, 1 model, 1 crop")

  /// The attributes in which the two versions differ.
  private struct Variant {
    let batchNormalized: Bool
    let largeKernel: Int
    let lastPooling: Int
    let dropout: Float

    static let torchvision = Variant(batchNormalized: true, largeKernel: 3, lastPooling: 2, dropout: 0.2)
    static let original = Variant(batchNormalized: false, largeKernel: 5, lastPooling: 3, dropout: 0.4)
  }

  /// A row of table 1: `#1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj`.
  private typealias Row = (String, Int, Int, Int, Int, Int, Int)

  private static let stages: [[Row]] = [
    [
      ("inception3a", 64, 96, 128, 16, 32, 32),
      ("inception3b", 128, 128, 192, 32, 96, 64),
    ],
    [
      ("inception4a", 192, 96, 208, 16, 48, 64),
      ("inception4b", 160, 112, 224, 24, 64, 64),
      ("inception4c", 128, 128, 256, 24, 64, 64),
      ("inception4d", 112, 144, 288, 32, 64, 64),
      ("inception4e", 256, 160, 320, 32, 128, 128),
    ],
    [
      ("inception5a", 256, 160, 320, 32, 128, 128),
      ("inception5b", 384, 192, 384, 48, 128, 128),
    ],
  ]

  private static func build(_ net: inout NetworkBuilder, _ classes: Int, _ variant: Variant) {
    stem(&net, variant)
    for row in stages[0] { inception(&net, row, variant) }
    net.maxPooling("maxpool3", kernel: 3, stride: 2, ceilMode: true)
    for row in stages[1] { inception(&net, row, variant) }
    net.maxPooling("maxpool4", kernel: variant.lastPooling, stride: 2, ceilMode: true)
    for row in stages[2] { inception(&net, row, variant) }
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.dropout("dropout", variant.dropout)
    net.fullyConnected("fc", classes)
  }

  private static func stem(_ net: inout NetworkBuilder, _ variant: Variant) {
    unit(&net, "conv1", 64, kernel: 7, stride: 2, variant)
    net.maxPooling("maxpool1", kernel: 3, stride: 2, ceilMode: true)
    // Caffe's reference model fixes the constants that the paper leaves open: alpha 1e-4 over size, k = 1.
    if !variant.batchNormalized { net.localResponseNormalization("norm1", alpha: 1e-4, k: 1) }
    unit(&net, "conv2", 64, kernel: 1, variant)
    unit(&net, "conv3", 192, kernel: 3, variant)
    if !variant.batchNormalized { net.localResponseNormalization("norm2", alpha: 1e-4, k: 1) }
    net.maxPooling("maxpool2", kernel: 3, stride: 2, ceilMode: true)
  }

  /// Figure 2(b): four branches over one input, joined along the channels.
  private static func inception(_ net: inout NetworkBuilder, _ row: Row, _ variant: Variant) {
    let (name, n1, n3reduce, n3, n5reduce, n5, projection) = row
    let input = net.current
    unit(&net, "\(name).branch1", n1, kernel: 1, variant)
    let branch1 = net.current
    net.resume(from: input)
    unit(&net, "\(name).branch2.0", n3reduce, kernel: 1, variant)
    unit(&net, "\(name).branch2.1", n3, kernel: 3, variant)
    let branch2 = net.current
    net.resume(from: input)
    unit(&net, "\(name).branch3.0", n5reduce, kernel: 1, variant)
    unit(&net, "\(name).branch3.1", n5, kernel: variant.largeKernel, variant)
    let branch3 = net.current
    net.resume(from: input)
    net.maxPooling("\(name).branch4.0", kernel: 3, stride: 1, padding: 1, ceilMode: true)
    unit(&net, "\(name).branch4.1", projection, kernel: 1, variant)
    net.concatenate("\(name).concatenate", [branch1, branch2, branch3, net.current])
  }

  /// Convolution that keeps the map's extent at stride 1, batch normalisation where the variant has it, ReLU.
  private static func unit(
    _ net: inout NetworkBuilder, _ name: String, _ filters: Int, kernel: Int, stride: Int = 1, _ variant: Variant
  ) {
    let padding = Padding.symmetric(Size2D(kernel / 2))
    net.convolution(
      "\(name).conv", filters, kernel: Size2D(kernel), stride: stride, padding: padding, bias: !variant.batchNormalized)
    if variant.batchNormalized { net.batchNormalization("\(name).bn", epsilon: 1e-3) }
    net.relu("\(name).relu")
  }
}
