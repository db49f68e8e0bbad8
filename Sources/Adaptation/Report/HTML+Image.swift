import Drawings
import Foundation

extension HTML {
  /// A picture within the page; nothing for bytes that are neither JPEG nor PNG.
  static func image(_ bytes: [UInt8], alternative: String) -> MarkupElement? {
    mediaType(of: bytes).map { type in
      MarkupElement(
        "img", ["src": "data:\(type);base64,\(Data(bytes).base64EncodedString())", "alt": alternative])
    }
  }

  private static func mediaType(of bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
    return bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png" : nil
  }
}
