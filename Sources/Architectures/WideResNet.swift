/// Zagoruyko, Komodakis: Wide Residual Networks, 2016, section 3.4: ResNet-50 with bottlenecks twice as wide.
///
/// Layers carry torchvision's names.
enum WideResNet {
  static let architecture = Architecture(
    name: "wide_resnet50_2", title: "WRN-50-2",
    paper: "Zagoruyko, Komodakis: Wide Residual Networks, 2016",
    notes: "Twice the filters in each bottleneck's 1x1 and 3x3; the blocks' outputs stay as wide as ResNet-50's.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [
      .imageNet(top1: 21.9, top5: 6.03, "Zagoruyko and Komodakis 2016, table 8, WRN-50-2-bottleneck, 1 crop"),
      .torchvision("Wide_ResNet50_2_Weights", top1: 21.532, top5: 5.914),
    ],
    pretrained: .torchvision("wide_resnet50_2-95faca4d.pth", "Wide_ResNet50_2_Weights")
  ) { net, classes in
    ResNet.build(&net, column, classes)
  }

  private static let column = ResNet.Column(
    depth: 50, block: .bottleneck(strideFirst: false), blocks: [3, 4, 6, 3], widening: 2)
}
