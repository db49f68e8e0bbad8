/// What a picture's header tells without decoding a pixel.
public struct ImageHeader: Sendable, Equatable {
  public let format: EncodedFormat
  /// The stored width in pixels, before the orientation is applied.
  public let width: Int
  /// The stored height in pixels, before the orientation is applied.
  public let height: Int
  /// How to turn the picture upright; `.topLeft` if the file does not say, or says nonsense.
  public let orientation: Orientation

  /// The size of the decoded, upright picture.
  public var uprightSize: PixelSize {
    orientation.swapsSides ? storedSize.transposed : storedSize
  }

  /// Width times height; for a header that has passed its limits.
  public var storedPixels: Int { width * height }

  /// The size before the orientation is applied.
  var storedSize: PixelSize { PixelSize(width: width, height: height) }

  /// Reads the header; takes no memory for pixels and checks no limits.
  ///
  /// - Throws: `ImageError.unsupportedFormat`, `.animated`, or `.corrupt` for a header that is damaged or cut off.
  public init(reading bytes: UnsafeRawBufferPointer) throws(ImageError) {
    switch try EncodedFormat(sniffing: bytes) {
    case .jpeg: self = try JPEGDecoder.header(bytes)
    case .png: self = try PNGDecoder.header(bytes)
    case .webp: self = try WebPDecoder.header(bytes)
    }
  }

  /// Reads the header, and checks it against limits.
  ///
  /// - Throws: `ImageError`.
  public init(reading bytes: UnsafeRawBufferPointer, within limits: DecodingLimits) throws(ImageError) {
    try self.init(reading: bytes)
    try limits.check(format: format, width: width, height: height)
  }

  /// Reads the header of a picture held in an array.
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
