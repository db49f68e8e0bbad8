extension Preprocessing {
  /// Decodes a whole image for this preprocessing.
  ///
  /// - Parameters:
  ///   - bytes: the encoded image.
  ///   - header: the image's header, read from the same bytes and checked against `limits`. The limits hold for the
  ///     size as encoded, whatever size is decoded.
  ///   - jpegDecoding: whether a JPEG may be decoded at a reduced size, at least that of `resize`.
  /// - Throws: `ImageError` where the image is damaged or exceeds the limits.
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
