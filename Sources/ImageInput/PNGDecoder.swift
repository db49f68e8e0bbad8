import CPNG

/// Decodes PNG by libpng: every colour type and bit depth to 8-bit RGB, interlaced or not.
enum PNGDecoder {
  private static let signatureSize = 8
  /// Length, type and checksum around each chunk's data.
  private static let chunkOverhead = 12

  /// Finds the size in IHDR and the orientation in eXIf: PNG, third edition, 11.2.1 and 11.3.4.5.
  static func header(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> ImageHeader {
    let reader = ByteReader(bytes: bytes)
    guard reader.hasText("IHDR", at: signatureSize + 4), let width = reader.uint32(at: 16),
      let height = reader.uint32(at: 20)
    else { throw .corrupt(format: .png, detail: "no IHDR chunk in its \(bytes.count) bytes") }
    return ImageHeader(format: .png, width: width, height: height, orientation: orientation(reader))
  }

  /// Decodes to pixels as stored; the header's limits are checked already.
  static func pixels(_ bytes: UnsafeRawBufferPointer, header: ImageHeader) throws(ImageError) -> PixelImage {
    guard let width = UInt32(exactly: header.width), let height = UInt32(exactly: header.height) else {
      throw .corrupt(format: .png, detail: "its header gives the size \(header.width) x \(header.height)")
    }
    let capacity = header.width * header.height * 3
    var message = [CChar](repeating: 0, count: Int(CONVSERVE_PNG_MESSAGE_CAPACITY))
    var status: Int32 = 0
    // The shim writes height rows of 3 x width bytes, or fails; all bytes are initialised before.
    let pixels = [UInt8](unsafeUninitializedCapacity: capacity) { output, initialized in
      output.initialize(repeating: 0)
      let input = bytes.bindMemory(to: UInt8.self).baseAddress
      status = convserve_png_decode_rgb(input, bytes.count, width, height, output.baseAddress, &message)
      initialized = capacity
    }
    guard status == 0 else { throw .corrupt(format: .png, detail: text(message)) }
    return PixelImage(width: header.width, height: header.height, pixels: pixels)
  }

  private static func text(_ message: [CChar]) -> String {
    let characters = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return characters.isEmpty
      ? "the decoder could not start, probably for want of memory" : String(decoding: characters, as: UTF8.self)
  }

  private static func orientation(_ reader: ByteReader) -> Orientation? {
    var offset = signatureSize
    // A chunk's length is below 2^32 and the data are in memory, so the offset cannot overflow.
    while let length = reader.uint32(at: offset) {
      if reader.hasText("eXIf", at: offset + 4) {
        return reader.slice(at: offset + 8, count: length).flatMap(EXIFOrientation.read)
      }
      offset += chunkOverhead + length
    }
    return nil
  }
}
