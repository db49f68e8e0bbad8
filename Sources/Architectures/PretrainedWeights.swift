/// An official weight file, and the pixels it was trained on.
public struct PretrainedWeights: Hashable, Sendable {
  /// How an image is scaled.
  public enum Interpolation: String, Hashable, Sendable, Codable {
    case bilinear
    case bicubic
  }

  /// Where the publisher offers the file.
  public let url: String
  /// Length of the image's shorter side after scaling, in pixels.
  public let resizeSize: Int
  /// Side of the square cut from the centre, in pixels.
  public let cropSize: Int
  public let interpolation: Interpolation
  /// Subtracted from pixels in `0...1`: red, green, blue.
  public let mean: [Float]
  /// Divided by afterwards: red, green, blue.
  public let std: [Float]
  /// SPDX identifier of the licence.
  public let licence: String
  /// The publisher's name for the weights, for example `ResNet50_Weights.IMAGENET1K_V1`.
  public let enumeration: String

  /// For example `resnet50-0676ba61.pth`.
  public var fileName: String {
    String(url[url.lastIndex(of: "/").map(url.index(after:))!...])
  }

  /// First hexadecimal digits of the file's SHA-256: publishers of PyTorch files put them at the end of the name.
  public var sha256Prefix: String {
    let afterHyphen = fileName.lastIndex(of: "-").map(fileName.index(after:))!
    return String(fileName[afterHyphen...].prefix { $0 != "." })
  }
}

extension PretrainedWeights {
  /// Mean and standard deviation of ImageNet's training pixels, as torchvision's transforms use them.
  static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
  static let imageNetStd: [Float] = [0.229, 0.224, 0.225]

  /// A file of torchvision's `IMAGENET1K_V1` series: resize 256, crop 224, bilinear, unless it says otherwise.
  static func torchvision(
    _ file: String, _ enumeration: String, resize: Int = 256, crop: Int = 224,
    interpolation: Interpolation = .bilinear, mean: [Float] = imageNetMean, std: [Float] = imageNetStd
  ) -> PretrainedWeights {
    PretrainedWeights(
      url: "https://download.pytorch.org/models/\(file)", resizeSize: resize, cropSize: crop,
      interpolation: interpolation, mean: mean, std: std, licence: "BSD-3-Clause",
      enumeration: "\(enumeration).IMAGENET1K_V1")
  }
}
