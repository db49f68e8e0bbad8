import NetworkGraph

/// Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception Architecture for Computer Vision, 2015, table 1,
/// without the auxiliary classifier of training.
///
/// Layers carry torchvision's names, which are TensorFlow's, and the stem is TensorFlow's too: 1x1, 3x3 and a pooling in
/// the place of table 1's last three 3x3 convolutions.
enum InceptionV3 {
  static let architecture = Architecture(
    name: "inception_v3", title: "Inception v3",
    paper: "Szegedy, Vanhoucke, Ioffe et al.: Rethinking the Inception Architecture for Computer Vision, 2015",
    notes: "TensorFlow's network, as torchvision builds it: a 1x1, a 3x3 and a pooling in the place of the stem's last "
      + "three 3x3 convolutions; no auxiliary classifier.",
    inputShape: [3, 299, 299], defaultClasses: 1000,
    published: [
      .imageNet(top1: 21.2, top5: 5.6, "Szegedy et al. 2015, table 3, 1 crop"),
      .torchvision("Inception_V3_Weights", top1: 22.706, top5: 6.550),
    ],
    // These weights saw pixels through `transform_input`, which turns ImageNet's mean and deviation into 0.5.
    pretrained: .torchvision(
      "inception_v3_google-0cc3c7bd.pth", "Inception_V3_Weights", resize: 342, crop: 299, mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5]),
    ignoredWeightPrefixes: ["AuxLogits."]
  ) { net, classes in
    stem(&net)
    moduleA(&net, "Mixed_5b", pooled: 32)
    moduleA(&net, "Mixed_5c", pooled: 64)
    moduleA(&net, "Mixed_5d", pooled: 64)
    reductionB(&net, "Mixed_6a")
    moduleC(&net, "Mixed_6b", inner: 128)
    moduleC(&net, "Mixed_6c", inner: 160)
    moduleC(&net, "Mixed_6d", inner: 160)
    moduleC(&net, "Mixed_6e", inner: 192)
    reductionD(&net, "Mixed_7a")
    moduleE(&net, "Mixed_7b")
    moduleE(&net, "Mixed_7c")
    net.globalAveragePooling("avgpool")
    net.dropout("dropout")
    net.flatten()
    net.fullyConnected("fc", classes)
  }

  private static func stem(_ net: inout NetworkBuilder) {
    unit(&net, "Conv2d_1a_3x3", 32, 3, stride: 2)
    unit(&net, "Conv2d_2a_3x3", 32, 3)
    unit(&net, "Conv2d_2b_3x3", 64, 3, padding: 1)
    net.maxPooling("maxpool1", kernel: 3, stride: 2)
    unit(&net, "Conv2d_3b_1x1", 80, 1)
    unit(&net, "Conv2d_4a_3x3", 192, 3)
    net.maxPooling("maxpool2", kernel: 3, stride: 2)
  }
}

/// The modules. Branches are listed in the order in which their maps are joined.
extension InceptionV3 {
  /// Figure 5: branches of a 1x1, of a 5x5, of two 3x3, and of average pooling.
  private static func moduleA(_ net: inout NetworkBuilder, _ name: String, pooled: Int) {
    branches(
      &net, name,
      [
        { net in unit(&net, "\(name).branch1x1", 64, 1) },
        { net in
          unit(&net, "\(name).branch5x5_1", 48, 1)
          unit(&net, "\(name).branch5x5_2", 64, 5, padding: 2)
        },
        { net in
          unit(&net, "\(name).branch3x3dbl_1", 64, 1)
          unit(&net, "\(name).branch3x3dbl_2", 96, 3, padding: 1)
          unit(&net, "\(name).branch3x3dbl_3", 96, 3, padding: 1)
        },
        { net in pooledUnit(&net, name, pooled) },
      ])
  }

  /// Section 5, figure 10: strided kernels and pooling side by side halve the map.
  private static func reductionB(_ net: inout NetworkBuilder, _ name: String) {
    branches(
      &net, name,
      [
        { net in unit(&net, "\(name).branch3x3", 384, 3, stride: 2) },
        { net in
          unit(&net, "\(name).branch3x3dbl_1", 64, 1)
          unit(&net, "\(name).branch3x3dbl_2", 96, 3, padding: 1)
          unit(&net, "\(name).branch3x3dbl_3", 96, 3, stride: 2)
        },
        { net in net.maxPooling("\(name).pool", kernel: 3, stride: 2) },
      ])
  }

  /// Figure 6 with n = 7: each 7x7 kernel is factorised into a 1x7 and a 7x1.
  private static func moduleC(_ net: inout NetworkBuilder, _ name: String, inner: Int) {
    branches(
      &net, name,
      [
        { net in unit(&net, "\(name).branch1x1", 192, 1) },
        { net in
          unit(&net, "\(name).branch7x7_1", inner, 1)
          unit(&net, "\(name).branch7x7_2", inner, row(7), padding: .alongRow(3))
          unit(&net, "\(name).branch7x7_3", 192, column(7), padding: .alongColumn(3))
        },
        { net in
          unit(&net, "\(name).branch7x7dbl_1", inner, 1)
          unit(&net, "\(name).branch7x7dbl_2", inner, column(7), padding: .alongColumn(3))
          unit(&net, "\(name).branch7x7dbl_3", inner, row(7), padding: .alongRow(3))
          unit(&net, "\(name).branch7x7dbl_4", inner, column(7), padding: .alongColumn(3))
          unit(&net, "\(name).branch7x7dbl_5", 192, row(7), padding: .alongRow(3))
        },
        { net in pooledUnit(&net, name, 192) },
      ])
  }

  private static func reductionD(_ net: inout NetworkBuilder, _ name: String) {
    branches(
      &net, name,
      [
        { net in
          unit(&net, "\(name).branch3x3_1", 192, 1)
          unit(&net, "\(name).branch3x3_2", 320, 3, stride: 2)
        },
        { net in
          unit(&net, "\(name).branch7x7x3_1", 192, 1)
          unit(&net, "\(name).branch7x7x3_2", 192, row(7), padding: .alongRow(3))
          unit(&net, "\(name).branch7x7x3_3", 192, column(7), padding: .alongColumn(3))
          unit(&net, "\(name).branch7x7x3_4", 192, 3, stride: 2)
        },
        { net in net.maxPooling("\(name).pool", kernel: 3, stride: 2) },
      ])
  }

  /// Figure 7: each 3x3 kernel is split into a 1x3 beside a 3x1.
  private static func moduleE(_ net: inout NetworkBuilder, _ name: String) {
    branches(
      &net, name,
      [
        { net in unit(&net, "\(name).branch1x1", 320, 1) },
        { net in
          unit(&net, "\(name).branch3x3_1", 384, 1)
          split(&net, "\(name).branch3x3", "\(name).branch3x3_2")
        },
        { net in
          unit(&net, "\(name).branch3x3dbl_1", 448, 1)
          unit(&net, "\(name).branch3x3dbl_2", 384, 3, padding: 1)
          split(&net, "\(name).branch3x3dbl", "\(name).branch3x3dbl_3")
        },
        { net in pooledUnit(&net, name, 192) },
      ])
  }
}

/// What the modules consist of.
extension InceptionV3 {
  private typealias Branch = (inout NetworkBuilder) -> Void

  /// Branches over one input, joined along the channels.
  private static func branches(_ net: inout NetworkBuilder, _ name: String, _ branches: [Branch]) {
    let input = net.current
    var ends: [String] = []
    for branch in branches {
      net.resume(from: input)
      branch(&net)
      ends.append(net.current)
    }
    net.concatenate("\(name).concatenate", ends)
  }

  /// 1x3 and 3x1 side by side, `PREFIXa` and `PREFIXb`.
  private static func split(_ net: inout NetworkBuilder, _ name: String, _ prefix: String) {
    branches(
      &net, name,
      [
        { net in unit(&net, "\(prefix)a", 384, row(3), padding: .alongRow(1)) },
        { net in unit(&net, "\(prefix)b", 384, column(3), padding: .alongColumn(1)) },
      ])
  }

  private static func pooledUnit(_ net: inout NetworkBuilder, _ name: String, _ filters: Int) {
    net.averagePooling("\(name).pool", kernel: 3, stride: 1, padding: 1)
    unit(&net, "\(name).branch_pool", filters, 1)
  }

  private static func unit(
    _ net: inout NetworkBuilder, _ name: String, _ filters: Int, _ kernel: Size2D, stride: Int = 1,
    padding: Padding = .none
  ) {
    net.convolution("\(name).conv", filters, kernel: kernel, stride: stride, padding: padding, bias: false)
    net.batchNormalization("\(name).bn", epsilon: 1e-3)
    net.relu("\(name).relu")
  }

  private static func row(_ length: Int) -> Size2D { Size2D(height: 1, width: length) }

  private static func column(_ length: Int) -> Size2D { Size2D(height: length, width: 1) }
}

extension Padding {
  /// Columns left and right, for kernels of one row.
  fileprivate static func alongRow(_ count: Int) -> Padding { .symmetric(Size2D(height: 0, width: count)) }

  /// Rows above and below, for kernels of one column.
  fileprivate static func alongColumn(_ count: Int) -> Padding { .symmetric(Size2D(height: count, width: 0)) }
}
