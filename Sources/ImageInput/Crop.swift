/// Which parts of the resized picture the network sees. A crop larger than the picture is filled up with black.
public enum Crop: Sendable, Hashable {
  /// The whole resized picture.
  case none
  /// The middle: torchvision's `CenterCrop`.
  case center(PixelSize)
  /// The four corners and the middle, then the same of the mirrored picture: torchvision's `TenCrop`.
  case ten(PixelSize)

  /// How many crops one picture gives.
  public var count: Int {
    switch self {
    case .none, .center: return 1
    case .ten: return 10
    }
  }

  /// Where the crops lie on a resized picture.
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

  /// Half of what is left over. Halves go to the even neighbour, as Python's `round`; too small a picture has the
  /// smaller half of the padding before it.
  static func centeredOrigin(_ crop: Int, in whole: Int) -> Int {
    if crop > whole { return -((crop - whole) / 2) }
    return Int((Double(whole - crop) / 2).rounded(.toNearestOrEven))
  }
}

/// One crop's place on the resized picture.
public struct CropPlacement: Sendable, Hashable {
  /// The rectangle, in pixels of the resized picture as it stands, unmirrored; it may reach outside.
  public let region: PixelRegion
  /// Whether the crop shows its rectangle mirrored left to right.
  public let isMirrored: Bool

  init(region: PixelRegion) {
    self.region = region
    isMirrored = false
  }

  /// The place of a rectangle that is given on the mirrored picture.
  init(mirroring region: PixelRegion, on image: PixelSize) {
    let x = image.width - region.width - region.x
    self.region = PixelRegion(x: x, y: region.y, width: region.width, height: region.height)
    isMirrored = true
  }
}
