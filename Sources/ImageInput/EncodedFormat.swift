/// The picture formats that can be decoded, told apart by their first bytes and never by a name or header.
public enum EncodedFormat: String, Sendable, Equatable, CaseIterable {
  case jpeg = "JPEG"
  case png = "PNG"
  case webp = "WebP"

  /// The media type, as in `image/jpeg`.
  public var mediaType: String { "image/" + rawValue.lowercased() }

  /// Recognises the format by its signature.
  ///
  /// - Throws: `ImageError.unsupportedFormat`, which says what the first bytes look like.
  public init(sniffing bytes: UnsafeRawBufferPointer) throws(ImageError) {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      self = .webp
    } else {
      throw .unsupportedFormat(found: UnsupportedContent.describe(bytes))
    }
  }
}
