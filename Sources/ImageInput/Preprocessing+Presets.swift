extension Preprocessing {
  /// torchvision's preprocessing for ImageNet: bilinear to a shorter side, centre crop, and ImageNet's mean and
  /// standard deviation of each channel.
  ///
  /// - Parameters:
  ///   - resize: length of the shorter side after resizing, in pixels.
  ///   - crop: side of the square crop, in pixels.
  /// - Precondition: both sizes are in `1...4096`.
  public static func torchvisionImageNet(resize: Int = 256, crop: Int = 224) -> Preprocessing {
    trusted(
      resize: .shorterSide(resize), crop: .center(PixelSize(crop)), scale: 1 / 255,
      mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
  }

  /// The preprocessing of EfficientNet-Lite: bicubic, with inputs in about `-1...1`.
  ///
  /// The reference first crops the middle `size / (size + 32)` of the shorter side, and then resizes it to `size`. Here
  /// the image is resized first and cropped then. The results are the same up to rounding of the crop's edges.
  ///
  /// - Precondition: the size is in `1...4064`.
  public static func efficientNetLite(_ size: Int = 224) -> Preprocessing {
    trusted(
      resize: .shorterSide(size + 32), interpolation: .bicubic, crop: .center(PixelSize(size)), scale: 1,
      mean: [127, 127, 127], std: [128, 128, 128])
  }

  /// A preprocessing for small images such as CIFAR's: the whole image is stretched to a square, and values become
  /// `(value - 128) / 128`.
  ///
  /// - Precondition: the size is in `1...4096`.
  public static func cifar(_ size: Int = 32) -> Preprocessing {
    trusted(
      resize: .stretch(PixelSize(size)), crop: .none, scale: 1, mean: [128, 128, 128], std: [128, 128, 128])
  }

  /// Makes a preprocessing from numbers in our own code, which must be valid.
  private static func trusted(
    resize: Resize, interpolation: Interpolation = .bilinear, crop: Crop, scale: Double, mean: [Double], std: [Double]
  ) -> Preprocessing {
    do {
      return try Preprocessing(
        resize: resize, interpolation: interpolation, crop: crop, scale: scale, mean: mean, std: std)
    } catch {
      preconditionFailure(error.description)
    }
  }
}
