extension Preprocessing {
  /// torchvision's ImageNet preprocessing: shorter side, centre crop, ImageNet's mean and deviation of each channel.
  ///
  /// - Precondition: both sizes are from 1 to 4096.
  public static func torchvisionImageNet(resize: Int = 256, crop: Int = 224) -> Preprocessing {
    trusted(
      resize: .shorterSide(resize), crop: .center(PixelSize(crop)), scale: 1 / 255,
      mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
  }

  /// EfficientNet-Lite's preprocessing: bicubic, inputs about -1 to 1.
  ///
  /// The reference crops the middle `size / (size + 32)` of the shorter side and resizes that to `size`; resizing first
  /// and cropping then, as here, is the same up to rounding of the crop's edges.
  ///
  /// - Precondition: the size is from 1 to 4064.
  public static func efficientNetLite(_ size: Int = 224) -> Preprocessing {
    trusted(
      resize: .shorterSide(size + 32), interpolation: .bicubic, crop: .center(PixelSize(size)), scale: 1,
      mean: [127, 127, 127], std: [128, 128, 128])
  }

  /// Small pictures such as CIFAR's: the whole picture stretched to a square, `(value - 128) / 128`.
  ///
  /// - Precondition: the size is from 1 to 4096.
  public static func cifar(_ size: Int = 32) -> Preprocessing {
    trusted(
      resize: .stretch(PixelSize(size)), crop: .none, scale: 1, mean: [128, 128, 128], std: [128, 128, 128])
  }

  /// For numbers that come from our own code.
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
