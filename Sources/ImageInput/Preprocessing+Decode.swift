extension Preprocessing {
  /// Decodes a picture for this preprocessing.
  ///
  /// - Parameter header: the picture's, read within the same limits: they hold for the size as encoded, whatever part of it
  ///   is decoded.
  /// - Throws: `ImageError`.
  public func decode(
    _ bytes: UnsafeRawBufferPointer, header: ImageHeader, limits: DecodingLimits = DecodingLimits(),
    jpegDecoding: JPEGDecoding
  ) throws(ImageError) -> PixelImage {
    switch jpegDecoding {
    case .exact: try ImageDecoder.decode(bytes, header: header, limits: limits, needed: { $0 })
    case .scaled: try ImageDecoder.decode(bytes, header: header, limits: limits, needed: resize.size)
    }
  }
}
