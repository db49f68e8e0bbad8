extension Preprocessing {
  /// Decodes a picture for this preprocessing.
  ///
  /// - Throws: `ImageError`; the limits hold for the size as encoded, whatever part of it is decoded.
  public func decode(
    _ bytes: UnsafeRawBufferPointer, limits: DecodingLimits = DecodingLimits(), jpegDecoding: JPEGDecoding
  ) throws(ImageError) -> PixelImage {
    switch jpegDecoding {
    case .exact: try ImageDecoder.decode(bytes, limits: limits)
    case .scaled: try ImageDecoder.decode(bytes, limits: limits, needed: resize.size)
    }
  }
}
