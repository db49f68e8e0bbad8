import Architectures
import Foundation
import ImageInput

/// The values that an import assumes if the user gives none.
package enum ImportDefaults {
  /// The preprocessing with which the architecture's published weights were trained, or else a usual one for its
  /// input shape.
  static func preprocessing(for architecture: Architecture) throws(PreprocessingError) -> Preprocessing {
    if let pretrained = architecture.pretrained {
      return try Preprocessing(
        resize: .shorterSide(pretrained.resizeSize),
        interpolation: pretrained.interpolation == .bicubic ? .bicubic : .bilinear,
        crop: .center(PixelSize(pretrained.cropSize)), scale: 1.0 / 255,
        mean: pretrained.mean.map(Double.init), std: pretrained.std.map(Double.init))
    }
    if architecture.name == "efficientnet-lite0" { return .efficientNetLite(architecture.inputShape[2]) }
    return try preprocessing(inputShape: architecture.inputShape)
  }

  /// What suits inputs of a shape `[C, H, W]`, of one or three channels.
  package static func preprocessing(inputShape: [Int]) throws(PreprocessingError) -> Preprocessing {
    let size = PixelSize(width: inputShape[2], height: inputShape[1])
    if inputShape[0] == 1 {
      // LeNet-5's training set: MNIST's mean and deviation.
      return try Preprocessing(
        resize: .stretch(size), crop: .none, channelOrder: .grey, scale: 1.0 / 255, mean: [0.1307], std: [0.3081])
    }
    let side = max(size.width, size.height)
    if side > 64, size.width == size.height { return .torchvisionImageNet(resize: side * 8 / 7, crop: side) }
    return try Preprocessing(
      resize: .stretch(size), crop: .none, scale: 1, mean: [128, 128, 128], std: [128, 128, 128])
  }

  /// Preprocessing that a user gives in a JSON file, as in `model.json`.
  package static func preprocessing(file: URL) throws(UnreadableFile) -> Preprocessing {
    try readable(file) { try JSONDecoder().decode(Preprocessing.self, from: Data(contentsOf: file)) }
  }

  /// ImageNet's names for a thousand classes of pictures, CIFAR-10's for ten of 32 x 32, else numbers.
  static func labels(numClasses: Int, inputShape: [Int]) -> [ClassLabel] {
    if numClasses == 1000, inputShape[0] == 3 { return LabelFile.parse(ImageNetLabels.text) }
    if numClasses == 10, inputShape == [3, 32, 32] { return cifar10.map { ClassLabel(name: $0) } }
    if numClasses == 10, inputShape[0] == 1 { return (0..<10).map { ClassLabel(name: "\($0)") } }
    return (0..<numClasses).map { ClassLabel(name: "class \($0)") }
  }

  package static let cifar10 = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
}
