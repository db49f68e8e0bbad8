/// The properties of an image that can be read without decoding a pixel.
public struct ImageHeader: Sendable, Equatable {
  /// The format, told by the image's first bytes.
  public let format: EncodedFormat
  /// The width as stored, in pixels, before the orientation is applied.
  public let width: Int
  /// The height as stored, in pixels, before the orientation is applied.
  public let height: Int
  /// How the image must be turned to stand upright. It is `.topLeft` where the file states no orientation, or an
  /// invalid one.
  public let orientation: Orientation

  /// The size of the upright image, in pixels.
  public var uprightSize: PixelSize {
    orientation.swapsSides ? storedSize.transposed : storedSize
  }

  /// Number of pixels, width times height.
  ///
  /// - Precondition: the header was checked against limits; otherwise the product may overflow.
  public var storedPixels: Int { width * height }

  /// The size before the orientation is applied.
  var storedSize: PixelSize { PixelSize(width: width, height: height) }

  /// Reads the header. No limits are checked, and no memory for pixels is allocated.
  ///
  /// - Throws: `ImageError.unsupportedFormat`, `.animated`, or `.corrupt` where the header is damaged or cut off.
  public init(reading bytes: UnsafeRawBufferPointer) throws(ImageError) {
    switch try EncodedFormat(sniffing: bytes) {
    case .jpeg: self = try JPEGDecoder.header(bytes)
    case .png: self = try PNGDecoder.header(bytes)
    case .webp: self = try WebPDecoder.header(bytes)
    }
  }

  /// Reads the header and checks it against limits.
  ///
  /// - Throws: `ImageError.unsupportedFormat`, `.animated`, `.corrupt`, `.sideTooLong` or `.tooManyPixels`.
  public init(reading bytes: UnsafeRawBufferPointer, within limits: DecodingLimits) throws(ImageError) {
    try self.init(reading: bytes)
    try limits.check(format: format, width: width, height: height)
  }

  /// Reads the header of an encoded image held in an array. No limits are checked.
  ///
  /// - Throws: `ImageError.unsupportedFormat`, `.animated`, or `.corrupt` where the header is damaged or cut off.
  public init(reading bytes: [UInt8]) throws(ImageError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(ImageError) in
      try ImageHeader(reading: UnsafeRawBufferPointer(buffer))
    }
  }

  init(format: EncodedFormat, width: Int, height: Int, orientation: Orientation?) {
    self.format = format
    self.width = width
    self.height = height
    self.orientation = orientation ?? .topLeft
  }
}
