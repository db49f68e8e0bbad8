import Foundation

/// Files of this repository that tests read.
public enum Checkout {
  public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  public static let models = root.appendingPathComponent("models", isDirectory: true)
  /// The committed model: ResNet-8 on CIFAR-10.
  public static let model = models.appendingPathComponent("resnet8-cifar10", isDirectory: true)
  public static let images = root.appendingPathComponent("Tests/Goldens/images", isDirectory: true)
  public static let weights = root.appendingPathComponent("Tests/Goldens/weights", isDirectory: true)
}
