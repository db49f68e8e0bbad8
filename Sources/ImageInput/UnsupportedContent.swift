/// Guesses the kind of bytes that are not an accepted image, so that the error message can name it.
enum UnsupportedContent {
  /// Known signatures: their offset, their bytes, and the name of the content.
  private static let signatures: [(offset: Int, bytes: [UInt8], name: String)] = [
    (0, Array("GIF8".utf8), "a GIF image"),
    (0, Array("BM".utf8), "a BMP image"),
    (0, [0x49, 0x49, 0x2A, 0x00], "a TIFF image"),
    (0, [0x4D, 0x4D, 0x00, 0x2A], "a TIFF image"),
    (4, Array("ftypavif".utf8), "an AVIF image"),
    (4, Array("ftyphei".utf8), "an HEIC image"),
    (4, Array("ftypmif1".utf8), "an HEIC image"),
    (4, Array("ftyp".utf8), "an MPEG-4 file"),
    (0, [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20], "a JPEG 2000 image"),
    (0, [0xFF, 0x0A], "a JPEG XL image"),
    (0, [0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C, 0x20], "a JPEG XL image"),
    (0, [0x00, 0x00, 0x01, 0x00], "a Windows icon"),
    (0, Array("8BPS".utf8), "a Photoshop document"),
    (0, Array("%PDF".utf8), "a PDF document"),
    (0, [0x50, 0x4B, 0x03, 0x04], "a ZIP archive"),
    (0, [0x1F, 0x8B], "gzip-compressed data"),
    (0, Array("RIFF".utf8), "a RIFF file other than WebP"),
    (0, [0xFF, 0xD8], "a JPEG cut off after its first marker"),
    (0, [0x89, 0x50, 0x4E, 0x47], "a damaged PNG signature"),
    (0, Array("<svg".utf8), "an SVG document"),
    (0, Array("<!DOCTYPE".utf8), "an HTML document"),
    (0, Array("<html".utf8), "an HTML document"),
    (0, Array("{".utf8), "JSON text"),
    (0, Array("data:image/".utf8), "a data: URL, not the bytes that it encodes"),
  ]

  /// Names the content. It never quotes text, because the bytes are the user's.
  static func describe(_ bytes: UnsafeRawBufferPointer) -> String {
    guard !bytes.isEmpty else { return "nothing: the data are empty" }
    for signature in signatures where bytes.dropFirst(signature.offset).starts(with: signature.bytes) {
      return signature.name
    }
    let beginning = bytes.prefix(64)
    if beginning.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }) { return "text" }
    let octets = bytes.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
    return "unknown binary data beginning with \(octets.joined(separator: " "))"
  }
}
