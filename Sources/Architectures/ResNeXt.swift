/// Xie, Girshick, Dollár, Tu, He: Aggregated Residual Transformations for Deep Neural Networks, 2016, table 1: ResNet-50
/// with bottlenecks twice as wide, whose 3x3 convolution has 32 groups of 4 channels in the first stage.
///
/// Layers carry torchvision's names.
enum ResNeXt {
  static let architecture = Architecture(
    name: "resnext50_32x4d", title: "ResNeXt-50 32x4d",
    paper: "Xie, Girshick, Dollár, Tu, He: Aggregated Residual Transformations for Deep Neural Networks, 2016",
    notes: "Cardinality 32, bottleneck width 4; stride in the 3x3 convolution.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [
      .imageNet(top1: 22.2, top5: nil, "Xie et al. 2016, table 3, ResNeXt-50 32x4d, 1 crop"),
      .torchvision("ResNeXt50_32X4D_Weights", top1: 22.382, top5: 6.302),
    ],
    pretrained: .torchvision("resnext50_32x4d-7cdf4587.pth", "ResNeXt50_32X4D_Weights")
  ) { net, classes in
    ResNet.build(&net, column, classes)
  }

  private static let column = ResNet.Column(
    depth: 50, block: .bottleneck(strideFirst: false), blocks: [3, 4, 6, 3], widening: 2, groups: 32)
}
