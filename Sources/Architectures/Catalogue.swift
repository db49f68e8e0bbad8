extension Architecture {
  /// Every architecture, grouped by family. Families stand roughly in the order of their publication.
  public static let all: [Architecture] =
    LeNet5.architectures + [AlexNet.architecture, AlexNetOriginal.architecture, ZFNet.architecture]
    + VGG.architectures + GoogLeNet.architectures + ResNet.architectures + CIFARResNet.architectures
    + [InceptionV3.architecture, SqueezeNet.architecture, WideResNet.architecture, DenseNet.architecture]
    + [ResNeXt.architecture, MobileNetV2.architecture, ShuffleNetV2.architecture, MNASNet.architecture]
    + MobileNetV3.architectures
    + [EfficientNet.architecture, EfficientNetLite.architecture, RegNet.architecture, ResNet8.architecture]

  /// The architecture with the given name. Letter case does not matter, and `_` counts as `-`.
  ///
  /// - Throws: `UnknownArchitecture` where no architecture has the name, with similar names as suggestions.
  /// - Complexity: constant; similar names are looked for only where the name is unknown.
  public static func named(_ name: String) throws(UnknownArchitecture) -> Architecture {
    guard let found = byFoldedName[folded(name)] else {
      throw UnknownArchitecture(name, known: all.map(\.name))
    }
    return found
  }

  private static let byFoldedName = Dictionary(uniqueKeysWithValues: all.map { (folded($0.name), $0) })

  private static func folded(_ name: String) -> String {
    String(name.lowercased().map { $0 == "_" ? "-" : $0 })
  }
}
