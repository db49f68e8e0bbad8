/// What a picture may cost, checked on its header before memory for any pixel is taken.
///
/// Decoding takes 3 bytes a pixel for the result, as much again while a rotated picture is put upright, and for a
/// progressive JPEG up to 6 (8 for CMYK) bytes a pixel of coefficients.
public struct DecodingLimits: Sendable, Equatable {
  /// The most pixels in a picture, width times height.
  public var maximumPixels: Int
  /// The most pixels along one side.
  public var maximumSide: Int
  /// The most scans in a JPEG. Ordinary progressive files have about ten.
  public var maximumScans: Int

  public init(maximumPixels: Int = 50_000_000, maximumSide: Int = 65_535, maximumScans: Int = 100) {
    self.maximumPixels = maximumPixels
    self.maximumSide = maximumSide
    self.maximumScans = maximumScans
  }

  /// Refuses a picture that is empty or larger than these limits.
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
