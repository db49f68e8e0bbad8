import ImageInput

/// Which part of a photo a network saw, and how the two map onto one another.
public struct CropGeometry: Encodable, Hashable, Sendable {
  public struct Extent: Encodable, Hashable, Sendable {
    public let width: Int
    public let height: Int

    init(_ size: PixelSize) { (width, height) = (size.width, size.height) }
  }

  /// The upright photo.
  public let photo: Extent
  /// The photo once it is resized, before it is cropped.
  public let resized: Extent
  /// The crop's upper left corner on the resized photo; outside of it where the crop is larger.
  public let top: Int
  public let left: Int
  /// Of the crop: the network's input.
  public let width: Int
  public let height: Int
  /// The crop in the photo's own pixels; it may reach outside.
  public let photoRegion: Region

  enum CodingKeys: String, CodingKey {
    case height, left, photo
    case photoRegion = "photo_region"
    case resized, top, width
  }

  /// - Precondition: the preprocessing shows one crop, not mirrored.
  init(_ preprocessing: Preprocessing, photo size: PixelSize) {
    let (resized, crops) = preprocessing.placements(for: size)
    let region = crops[0].region
    photo = Extent(size)
    self.resized = Extent(resized)
    (top, left, width, height) = (region.y, region.x, region.width, region.height)
    photoRegion = Self.onPhoto(
      Region(top: 0, left: 0, bottom: Double(region.height), right: Double(region.width)), top: top, left: left,
      resized: self.resized, photo: photo)
  }

  /// A region of the network's input in the photo's own pixels.
  ///
  /// Pixels are squares, and edges map onto edges. How far the resize's filter reaches over them, less than a pixel of the
  /// coarser grid, is left out.
  public func onPhoto(_ region: Region) -> Region {
    Self.onPhoto(region, top: top, left: left, resized: resized, photo: photo)
  }

  private static func onPhoto(_ region: Region, top: Int, left: Int, resized: Extent, photo: Extent) -> Region {
    let (rows, columns) = (
      Double(photo.height) / Double(resized.height), Double(photo.width) / Double(resized.width)
    )
    return Region(
      top: (region.top + Double(top)) * rows, left: (region.left + Double(left)) * columns,
      bottom: (region.bottom + Double(top)) * rows, right: (region.right + Double(left)) * columns)
  }
}

/// A rectangle on a picture, half-open: edges are counted from the upper left corner in pixels.
public struct Region: Encodable, Hashable, Sendable {
  public let top: Double
  public let left: Double
  public let bottom: Double
  public let right: Double

  /// In the order of the names.
  enum CodingKeys: String, CodingKey {
    case bottom, left, right, top
  }

  public init(top: Double, left: Double, bottom: Double, right: Double) {
    (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
  }

  /// The part inside a picture of that size; of no extent where nothing is.
  public func clipped(height: Double, width: Double) -> Region {
    func inside(_ value: Double, _ bound: Double) -> Double { min(max(value, 0), bound) }
    return Region(
      top: inside(top, height), left: inside(left, width), bottom: inside(bottom, height), right: inside(right, width))
  }
}
