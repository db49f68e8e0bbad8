/// Shape of images of 8-bit samples in planes, `[channels][height][width]`.
public struct RasterFormat: Hashable, Sendable {
  /// 1 for grey, 3 for colours.
  public let channels: Int
  public let height: Int
  public let width: Int

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
