/// The shape of an image of 8-bit samples in planes, `[channels][height][width]`.
public struct RasterFormat: Hashable, Sendable {
  /// The number of planes: 1 for grey, 3 for colours.
  public let channels: Int
  /// The number of rows in pixels.
  public let height: Int
  /// The number of columns in pixels.
  public let width: Int

  /// A shape of the given dimensions.
  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Samples of one plane.
  var planeSize: Int { height * width }

  /// Samples of one image.
  var count: Int { channels * planeSize }
}
