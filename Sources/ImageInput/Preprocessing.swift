/// What is done to a picture before a network sees it: resize, crop, reorder, scale and normalise.
///
/// A value of a model's `model.json`. Each plane holds `(value * scale - mean) / std` of samples from 0 to 255.
///
/// ```json
/// {
///   "resize": {"shorter_side": 256},
///   "interpolation": "bilinear",
///   "crop": {"center": 224},
///   "channel_order": "rgb",
///   "scale": 0.00392156862745098,
///   "mean": [0.485, 0.456, 0.406],
///   "std": [0.229, 0.224, 0.225]
/// }
/// ```
public struct Preprocessing: Sendable, Hashable {
  /// The size before cropping.
  public let resize: Resize
  /// How resizing weighs pixels.
  public let interpolation: Interpolation
  /// The parts that the network sees.
  public let crop: Crop
  /// The order, and with it the number, of the input's planes.
  public let channelOrder: ChannelOrder
  /// The factor of each sample, such as 1/255.
  public let scale: Double
  /// What is subtracted from each plane after scaling, in the input's order of planes.
  public let mean: [Double]
  /// By what each plane is divided after the mean is subtracted, in the input's order of planes.
  public let std: [Double]
  /// The size of what the network sees.
  public let inputSize: PixelSize

  /// Checks and takes all parts.
  ///
  /// - Throws: `PreprocessingError` if the input's size stays open, or a number is out of its range.
  public init(
    resize: Resize, interpolation: Interpolation = .bilinear, crop: Crop, channelOrder: ChannelOrder = .rgb,
    scale: Double, mean: [Double], std: [Double]
  ) throws(PreprocessingError) {
    inputSize = try Self.checkedInputSize(resize: resize, crop: crop)
    self.resize = resize
    self.interpolation = interpolation
    self.crop = crop
    self.channelOrder = channelOrder
    self.scale = scale
    self.mean = mean
    self.std = std
    try checkNumbers()
  }

  /// Takes over a checked value with another resize and crop, both of positive sizes.
  private init(_ other: Preprocessing, resize: Resize, crop: Crop) {
    self.resize = resize
    self.crop = crop
    interpolation = other.interpolation
    channelOrder = other.channelOrder
    scale = other.scale
    mean = other.mean
    std = other.std
    inputSize = other.inputSize
  }

  /// How many planes the network's input has.
  public var channels: Int { channelOrder.channels }

  /// How many crops, each an input of its own, one picture gives.
  public var cropCount: Int { crop.count }

  /// How many floats one crop takes: channels x height x width.
  public var elementsPerCrop: Int { channels * inputSize.height * inputSize.width }

  /// The same with a request's crop; the input's size and the numbers stay.
  ///
  /// A model that stretches has no margin to crop from: then the shorter side is brought to the input's size, or for
  /// ten crops to 8/7 of it (256 to 224, as in Krizhevsky et al. 2012, section 4.1).
  public func overriding(crop mode: CropMode) -> Preprocessing {
    switch mode {
    case .stretch: return Preprocessing(self, resize: .stretch(inputSize), crop: .none)
    case .center: return Preprocessing(self, resize: croppableResize(margin: false), crop: .center(inputSize))
    case .ten: return Preprocessing(self, resize: croppableResize(margin: true), crop: .ten(inputSize))
    }
  }

  private func croppableResize(margin: Bool) -> Resize {
    guard crop == .none else { return resize }
    let side = max(inputSize.width, inputSize.height)
    return .shorterSide(margin ? side * 8 / 7 : side)
  }

  /// Where the crops of a picture lie on it once it is resized.
  public func placements(for image: PixelSize) -> (resized: PixelSize, crops: [CropPlacement]) {
    let resized = resize.size(of: image)
    return (resized, crop.placements(on: resized))
  }
}
