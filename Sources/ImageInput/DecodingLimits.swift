/// Bounds on the images that are decoded. They are checked on an image's header, before memory for pixels is allocated.
///
/// Decoding takes 3 bytes for each pixel of the result. A rotated image takes as much again while it is turned upright.
/// A progressive JPEG takes up to 6 further bytes a pixel (8 for CMYK) for its coefficients.
public struct DecodingLimits: Sendable, Equatable {
  /// Most pixels in an image, width times height.
  public var maximumPixels: Int
  /// Most pixels along one side.
  public var maximumSide: Int
  /// Most scans in a JPEG. Each scan costs a pass over the whole image. Ordinary progressive files have about ten.
  public var maximumScans: Int

  /// Bounds with defaults for a server: 50 megapixels, and the largest side that a JPEG can have (ITU-T T.81, B.2.2).
  public init(maximumPixels: Int = 50_000_000, maximumSide: Int = 65_535, maximumScans: Int = 100) {
    self.maximumPixels = maximumPixels
    self.maximumSide = maximumSide
    self.maximumScans = maximumScans
  }

  /// Refuses an image that is empty or exceeds these limits.
  func check(format: EncodedFormat, width: Int, height: Int) throws(ImageError) {
    guard width > 0, height > 0 else {
      throw .corrupt(format: format, detail: "its header gives the size \(width) x \(height)")
    }
    guard width <= maximumSide, height <= maximumSide else {
      throw .sideTooLong(format: format, width: width, height: height, maximum: maximumSide)
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= maximumPixels, pixels <= Int.max / 8 else {
      throw .tooManyPixels(format: format, width: width, height: height, maximum: maximumPixels)
    }
  }
}
