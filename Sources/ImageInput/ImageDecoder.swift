/// Turns an encoded picture into upright 8-bit RGB pixels.
///
/// The pixels are those of Pillow's `ImageOps.exif_transpose(Image.open(...)).convert("RGB")`: transparency is dropped
/// rather than blended, colour profiles and gamma are not applied. One difference: of 16-bit grey PNGs the high byte is
/// taken, where Pillow clips. Decoding shares nothing between calls, so that any thread may decode at any time.
public enum ImageDecoder {
  /// Decodes a JPEG, PNG or still WebP.
  ///
  /// - Throws: `ImageError`; the limits are checked before memory for pixels is taken.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: DecodingLimits = DecodingLimits()
  ) throws(ImageError) -> PixelImage {
    try decode(bytes, header: ImageHeader(reading: bytes, within: limits), limits: limits, needed: { $0 })
  }

  /// Decodes at a reduced size where that is faster and leaves the size that is needed, in both directions.
  ///
  /// - Parameters:
  ///   - header: the picture's, found to be within the limits.
  ///   - needed: for the upright size of the picture the least that the decoded one may have.
  package static func decode(
    _ bytes: UnsafeRawBufferPointer, header: ImageHeader, limits: DecodingLimits, needed: (PixelSize) -> PixelSize
  ) throws(ImageError) -> PixelImage {
    let stored: PixelImage
    switch header.format {
    case .jpeg:
      let upright = needed(header.uprightSize)
      let reduction = JPEGReduction(
        stored: header.storedSize, needed: header.orientation.swapsSides ? upright.transposed : upright)
      stored = try JPEGDecoder.pixels(bytes, header: header, limits: limits, reduction: reduction)
    case .png: stored = try PNGDecoder.pixels(bytes, header: header)
    case .webp: stored = try WebPDecoder.pixels(bytes, header: header)
    }
    return stored.upright(from: header.orientation)
  }

  /// Decodes a picture held in an array.
  public static func decode(
    _ bytes: [UInt8], limits: DecodingLimits = DecodingLimits()
  ) throws(ImageError) -> PixelImage {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ImageError) in
      try decode(UnsafeRawBufferPointer(buffer), limits: limits)
    }
  }
}
