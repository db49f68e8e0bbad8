import HTTPCore
import HTTPTypes
import ModelServing

/// The fields with which a page goes out that holds names and pictures of others, on an origin for which a browser may hold
/// a key.
enum ReportPageFields {
  static func fields(for page: [UInt8]) -> HTTPFields {
    .ofPage(contentType: "text/html; charset=utf-8", policy: contentSecurityPolicy(for: page))
  }

  /// Pictures within the page and its own style elements alone: no script, no form, nothing from elsewhere, and in no frame's
  /// or window's origin but its own (Content Security Policy Level 3).
  static func contentSecurityPolicy(for page: [UInt8]) -> String {
    let hashes = styles(in: page).map { "'sha256-\(SHA256.base64Digest(of: $0))'" }
    let style = hashes.isEmpty ? "" : " style-src \(hashes.joined(separator: " "));"
    return "default-src 'none'; img-src data:;\(style) sandbox"
  }

  /// What stands within each `<style>`, to the byte.
  private static func styles(in page: [UInt8]) -> [[UInt8]] {
    var styles: [[UInt8]] = []
    var rest = page[...]
    while let open = rest.firstRange(of: Array("<style".utf8)),
      let start = rest[open.upperBound...].firstIndex(of: 0x3E),
      let close = rest[start...].firstRange(of: Array("</style>".utf8))
    {
      styles.append(Array(rest[(start + 1)..<close.lowerBound]))
      rest = rest[close.upperBound...]
    }
    return styles
  }
}
