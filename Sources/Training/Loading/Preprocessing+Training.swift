import ImageInput

extension Preprocessing {
  /// The preprocessing of training, with one crop of each image. If serving averages ten crops, training takes the
  /// centre crop.
  var forTraining: Preprocessing { cropCount == 1 ? self : overriding(crop: .center) }

  /// The same preprocessing up to 8-bit samples: no scaling and no subtraction of the mean.
  func withoutNormalising() throws(PreprocessingError) -> Preprocessing {
    try withoutNormalising(resize: resize, crop: crop)
  }

  /// Brings any image to the size of the input, whatever its proportions, in samples of 8 bits.
  func stretching() throws(PreprocessingError) -> Preprocessing {
    try withoutNormalising(resize: .stretch(inputSize), crop: .none)
  }

  private func withoutNormalising(resize: Resize, crop: Crop) throws(PreprocessingError) -> Preprocessing {
    try Preprocessing(
      resize: resize, interpolation: interpolation, crop: crop, channelOrder: channelOrder, scale: 1,
      mean: [Double](repeating: 0, count: channels), std: [Double](repeating: 1, count: channels))
  }

  /// The shape of the network's input as 8-bit samples.
  var rasterFormat: RasterFormat {
    RasterFormat(channels: channels, height: inputSize.height, width: inputSize.width)
  }

  /// Whether images that are stored in this form reach the network sample by sample, neither resized nor cropped nor
  /// with other channels.
  func keeps(_ format: RasterFormat) -> Bool {
    let hasSameChannels =
      switch channelOrder {
      case .grey: format.channels == 1
      case .rgb: format.channels == 3
      case .bgr: false
      }
    let size = PixelSize(width: format.width, height: format.height)
    let (resized, crops) = placements(for: size)
    let whole = PixelRegion(x: 0, y: 0, width: format.width, height: format.height)
    return hasSameChannels && resized == size && crops.count == 1 && crops[0].region == whole && !crops[0].isMirrored
  }
}
