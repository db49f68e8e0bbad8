/// Decodes JPEG, PNG and still WebP to upright 8-bit RGB pixels.
///
/// The pixels are those of Pillow's `ImageOps.exif_transpose(Image.open(...)).convert("RGB")`. Transparency is dropped,
/// not blended; colour profiles and gamma are not applied. There is one difference: a 16-bit grey PNG keeps the high
/// byte of each sample, where Pillow clips.
///
/// Calls share no state, so any thread may decode at any time.
public enum ImageDecoder {
  /// Decodes an encoded image at its full size.
  ///
  /// - Throws: `ImageError` where the format is not accepted, the image is damaged or animated, or it exceeds `limits`.
  ///   The limits are checked before memory for pixels is allocated.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: DecodingLimits = DecodingLimits()
  ) throws(ImageError) -> PixelImage {
    try decode(bytes, header: ImageHeader(reading: bytes, within: limits), limits: limits, needed: { $0 })
  }

  /// Decodes an image, a JPEG at a reduced size where that is faster.
  ///
  /// - Parameters:
  ///   - header: the image's header, already checked against the limits.
  ///   - needed: gives the least size that the decoded image must have, for the size of the upright image.
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

  /// Decodes an encoded image held in an array, at its full size.
  ///
  /// - Throws: `ImageError`, as for a buffer.
  public static func decode(
    _ bytes: [UInt8], limits: DecodingLimits = DecodingLimits()
  ) throws(ImageError) -> PixelImage {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ImageError) in
      try decode(UnsafeRawBufferPointer(buffer), limits: limits)
    }
  }
}
