/// An official weight file, and how images must be prepared for it.
///
/// The preparation is torchvision's: scale the shorter side to `resizeSize`, cut `cropSize` from the centre, scale
/// pixels to `0...1`, subtract `mean`, divide by `std`.
public struct PretrainedWeights: Hashable, Sendable {
  /// The filter with which an image is scaled to `resizeSize`. Raw values are used in JSON.
  public enum Interpolation: String, Hashable, Sendable, Codable {
    /// Linear interpolation in both directions. Most networks of torchvision were evaluated with it.
    case bilinear
    /// Cubic interpolation in both directions. EfficientNets were evaluated with it.
    case bicubic
  }

  /// Address from which the publisher offers the file, over HTTPS.
  public let url: String
  /// Length of the image's shorter side after scaling, in pixels. The aspect ratio does not change.
  public let resizeSize: Int
  /// Side of the square cut from the centre, in pixels.
  public let cropSize: Int
  /// The filter for scaling the image.
  public let interpolation: Interpolation
  /// Mean that is subtracted from pixels in `0...1`: red, green, blue.
  public let mean: [Float]
  /// Standard deviation by which pixels are divided after the mean is subtracted: red, green, blue.
  public let std: [Float]
  /// SPDX identifier of the weights' licence, for example `BSD-3-Clause`.
  public let licence: String
  /// The publisher's name for the weights, for example `ResNet50_Weights.IMAGENET1K_V1`.
  public let enumeration: String

  /// The last part of `url`, for example `resnet50-0676ba61.pth`.
  public var fileName: String {
    String(url[url.lastIndex(of: "/").map(url.index(after:))!...])
  }

  /// The first hexadecimal digits of the file's SHA-256. Publishers of PyTorch files put them at the end of the file
  /// name, behind the last hyphen.
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
