/// The image formats that can be decoded. They are told apart by their first bytes, never by file name or media type.
/// Raw values are names for users.
public enum EncodedFormat: String, Sendable, Equatable, CaseIterable {
  /// JPEG (ITU-T T.81), baseline and progressive.
  case jpeg = "JPEG"
  /// PNG (W3C, third edition), every colour type and bit depth.
  case png = "PNG"
  /// WebP (RFC 9649), lossy and lossless. Animations are refused.
  case webp = "WebP"

  /// The media type, such as `image/jpeg`.
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
