extension Preprocessing {
  /// The largest side to which images are resized or cropped, in pixels. It bounds the memory of a crop.
  static let maximumSide = 4096

  /// The size of the crop or, without a crop, the size to which images are stretched.
  static func checkedInputSize(resize: Resize, crop: Crop) throws(PreprocessingError) -> PixelSize {
    try check(resize)
    switch (crop, resize) {
    case (.center(let size), _):
      try check(size, field: "center")
      return size
    case (.ten(let size), _):
      try check(size, field: "ten")
      return size
    case (.none, .stretch(let size)):
      return size
    case (.none, .none), (.none, .shorterSide):
      throw PreprocessingError(
        "crop", "is absent, which leaves the input's size open",
        accepted: "{\"center\": 224} or {\"ten\": 224}, or none together with the resize {\"stretch\": 224}")
    }
  }

  private static func check(_ resize: Resize) throws(PreprocessingError) {
    switch resize {
    case .none: return
    case .shorterSide(let side): try check(PixelSize(side), field: "shorter_side")
    case .stretch(let size): try check(size, field: "stretch")
    }
  }

  private static func check(_ size: PixelSize, field: String) throws(PreprocessingError) {
    for side in [size.width, size.height] where !(1...maximumSide).contains(side) {
      throw PreprocessingError(field, "is \(side)", accepted: "1 to \(maximumSide) pixels")
    }
  }

  func checkNumbers() throws(PreprocessingError) {
    guard scale.isFinite, scale != 0 else {
      throw PreprocessingError("scale", "is \(scale)", accepted: "a finite number other than 0, such as 1/255")
    }
    for (field, numbers) in [("mean", mean), ("std", std)] {
      guard numbers.count == channels else {
        throw PreprocessingError(
          field, "holds \(numbers.count) numbers",
          accepted: "\(channels), one for each plane of channel_order \(channelOrder.rawValue)")
      }
    }
    for number in mean where !number.isFinite {
      throw PreprocessingError("mean", "holds \(number)", accepted: "finite numbers")
    }
    for number in std where !(number.isFinite && number > 0) {
      throw PreprocessingError("std", "holds \(number)", accepted: "numbers above 0")
    }
    guard Normalisation(self).isFinite else {
      throw PreprocessingError("scale", "is \(scale)", accepted: "one that gives finite inputs with this mean and std")
    }
  }
}
