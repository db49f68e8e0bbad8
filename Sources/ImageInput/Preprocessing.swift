/// The steps between a decoded image and a network's input: resize, crop, reorder planes, scale and normalise.
///
/// It is part of a model's `model.json`. Each value of the input is `(sample * scale - mean) / std`, for samples in
/// `0...255`.
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
  /// How the size of the image changes before it is cropped.
  public let resize: Resize
  /// The filter of the resize.
  public let interpolation: Interpolation
  /// The parts of the resized image that the network sees.
  public let crop: Crop
  /// The number and the order of the input's planes.
  public let channelOrder: ChannelOrder
  /// Factor by which each sample in `0...255` is multiplied first, such as 1/255. Finite, and not 0.
  public let scale: Double
  /// Mean of each plane, subtracted after scaling, in the order of the input's planes. Finite.
  public let mean: [Double]
  /// Standard deviation of each plane, by which values are divided last, in the order of the input's planes. Above 0.
  public let std: [Double]
  /// Width and height of the network's input, in pixels, each `1...4096`. It is the size of the crop or, without a
  /// crop, the size of the stretched image.
  public let inputSize: PixelSize

  /// Makes a preprocessing and checks all its parts.
  ///
  /// - Parameters:
  ///   - crop: a crop, or `.none` together with the resize `.stretch`. Otherwise the input's size would be unknown.
  ///   - scale: factor of each sample, such as 1/255.
  ///   - mean: one number for each plane.
  ///   - std: one number above 0 for each plane.
  /// - Throws: `PreprocessingError` where the input's size is unknown, where a size is outside `1...4096`, or where a
  ///   number is missing or out of range.
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

  /// The checked value `other` with another resize and crop, both of positive sizes.
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

  /// Number of planes of the network's input: 1 or 3.
  public var channels: Int { channelOrder.channels }

  /// Number of crops from one image. Each crop is an input of its own.
  public var cropCount: Int { crop.count }

  /// Number of f32 values of one crop: planes x height x width.
  public var elementsPerCrop: Int { channels * inputSize.height * inputSize.width }

  /// The same preprocessing with a crop that a request asks for. The input's size and the normalisation stay.
  ///
  /// A model that stretches images has no margin to crop from. Images are then resized so that the shorter side has the
  /// longer side of the input, or 8/7 of it for ten crops (256 for 224, as in Krizhevsky et al. 2012, section 4.1).
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

  /// The size of an image after it is resized, and the place of each crop on it.
  ///
  /// - Parameter image: the size of the upright image as encoded.
  public func placements(for image: PixelSize) -> (resized: PixelSize, crops: [CropPlacement]) {
    let resized = resize.size(of: image)
    return (resized, crop.placements(on: resized))
  }
}
