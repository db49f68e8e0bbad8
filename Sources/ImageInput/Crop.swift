/// The parts of the resized image that the network sees. Where a crop is larger than the image, black pixels fill the
/// rest.
public enum Crop: Sendable, Hashable {
  /// The whole resized image: one crop.
  case none
  /// The middle of the image, with this size: torchvision's `CenterCrop`.
  case center(PixelSize)
  /// The four corners and the middle, and the same five parts of the mirrored image, each with this size: torchvision's
  /// `TenCrop`.
  case ten(PixelSize)

  /// Number of crops from one image: 1, or 10 for `ten`.
  public var count: Int {
    switch self {
    case .none, .center: return 1
    case .ten: return 10
    }
  }

  /// The place of each crop on a resized image, in torchvision's order. Corners come as upper left, upper right, lower
  /// left, lower right.
  ///
  /// - Parameter image: the size of the resized image.
  public func placements(on image: PixelSize) -> [CropPlacement] {
    switch self {
    case .none:
      return [CropPlacement(region: PixelRegion(x: 0, y: 0, width: image.width, height: image.height))]
    case .center(let size):
      return [CropPlacement(region: Self.center(size, on: image))]
    case .ten(let size):
      let five = Self.cornersAndCenter(size, on: image)
      return five.map { CropPlacement(region: $0) } + five.map { CropPlacement(mirroring: $0, on: image) }
    }
  }

  /// Upper left, upper right, lower left, lower right, centre.
  private static func cornersAndCenter(_ size: PixelSize, on image: PixelSize) -> [PixelRegion] {
    let right = image.width - size.width
    let bottom = image.height - size.height
    let corners = [(0, 0), (right, 0), (0, bottom), (right, bottom)]
    return corners.map { PixelRegion(x: $0.0, y: $0.1, width: size.width, height: size.height) }
      + [center(size, on: image)]
  }

  private static func center(_ size: PixelSize, on image: PixelSize) -> PixelRegion {
    PixelRegion(
      x: centeredOrigin(size.width, in: image.width), y: centeredOrigin(size.height, in: image.height),
      width: size.width, height: size.height)
  }

  /// The margin before a centred crop. A half is rounded to the even neighbour, as Python's `round` does. Where the
  /// crop is larger than the image, the result is negative, and the smaller half of the padding lies before the image.
  static func centeredOrigin(_ crop: Int, in whole: Int) -> Int {
    if crop > whole { return -((crop - whole) / 2) }
    return Int((Double(whole - crop) / 2).rounded(.toNearestOrEven))
  }
}

/// The place of one crop on the resized image.
public struct CropPlacement: Sendable, Hashable {
  /// The crop's rectangle, in pixels of the resized image before mirroring. It may reach outside the image.
  public let region: PixelRegion
  /// Whether the crop shows its rectangle mirrored left to right.
  public let isMirrored: Bool

  init(region: PixelRegion) {
    self.region = region
    isMirrored = false
  }

  /// The place of a crop whose rectangle is given on the mirrored image.
  init(mirroring region: PixelRegion, on image: PixelSize) {
    let x = image.width - region.width - region.x
    self.region = PixelRegion(x: x, y: region.y, width: region.width, height: region.height)
    isMirrored = true
  }
}
