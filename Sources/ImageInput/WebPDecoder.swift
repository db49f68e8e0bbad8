import CWebP

/// Decodes still WebP by libwebp, lossy and lossless.
enum WebPDecoder {
  /// Finds the size by libwebp and the orientation in the EXIF chunk: WebP container specification, "Metadata".
  static func header(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> ImageHeader {
    var features = WebPBitstreamFeatures()
    let input = bytes.bindMemory(to: UInt8.self).baseAddress
    let status = WebPGetFeatures(input, bytes.count, &features)
    guard status == VP8_STATUS_OK else { throw .corrupt(format: .webp, detail: text(status)) }
    guard features.has_animation == 0 else { throw .animated(format: .webp) }
    return ImageHeader(
      format: .webp, width: Int(features.width), height: Int(features.height),
      orientation: orientation(ByteReader(bytes: bytes, order: .littleEndian)))
  }

  /// Decodes to pixels as stored; the header's limits are checked already.
  static func pixels(_ bytes: UnsafeRawBufferPointer, header: ImageHeader) throws(ImageError) -> PixelImage {
    var config = WebPDecoderConfig()
    guard WebPInitDecoderConfig(&config) != 0 else {
      throw .corrupt(format: .webp, detail: "the installed libwebp does not fit the one built against")
    }
    let capacity = header.width * header.height * 3
    let input = bytes.bindMemory(to: UInt8.self).baseAddress
    var status = VP8_STATUS_OK
    // libwebp checks the buffer's size against the image's; all bytes are initialised before.
    let pixels = [UInt8](unsafeUninitializedCapacity: capacity) { output, initialized in
      output.initialize(repeating: 0)
      config.output.colorspace = MODE_RGB
      config.output.is_external_memory = 1
      config.output.u.RGBA = WebPRGBABuffer(
        rgba: output.baseAddress, stride: Int32(header.width * 3), size: capacity)
      status = WebPDecode(input, bytes.count, &config)
      initialized = capacity
    }
    guard status == VP8_STATUS_OK else { throw .corrupt(format: .webp, detail: text(status)) }
    return PixelImage(width: header.width, height: header.height, pixels: pixels)
  }

  private static func text(_ status: VP8StatusCode) -> String {
    switch status {
    case VP8_STATUS_NOT_ENOUGH_DATA, VP8_STATUS_SUSPENDED: return "the data end early"
    case VP8_STATUS_BITSTREAM_ERROR: return "the bit stream is damaged"
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "it uses a feature that libwebp does not know"
    case VP8_STATUS_OUT_OF_MEMORY: return "no memory is left for it"
    default: return "libwebp's status is \(status.rawValue)"
    }
  }

  private static func orientation(_ reader: ByteReader) -> Orientation? {
    var offset = 12
    // A chunk's length is below 2^32 and the data are in memory, so the offset cannot overflow.
    while let length = reader.uint32(at: offset + 4) {
      if reader.hasText("EXIF", at: offset) {
        return reader.slice(at: offset + 8, count: length).flatMap(EXIFOrientation.read)
      }
      offset += 8 + length + length % 2
    }
    return nil
  }
}
