import Foundation

/// The page that a server shows at `/`: plain files, which `PagePlugin` compiles into the program.
public enum WebPage {
  /// The page itself; it asks for the others by their names.
  public static let index = "index.html"

  /// All files by their names.
  public static let files: [String: PageFile] = Dictionary(
    uniqueKeysWithValues: embeddedFiles.map { ($0.name, PageFile($0)) })
}

/// One file of the page.
public struct PageFile: Sendable, Equatable {
  /// The value of Content-Type.
  public let contentType: String
  public let bytes: [UInt8]
}

/// A file as it stands in the program: text as it is, anything else as base64.
struct EmbeddedFile {
  let name: String
  let bytes: [UInt8]

  init(_ name: String, text: StaticString) {
    self.name = name
    bytes = text.withUTF8Buffer(Array.init)
  }

  init(_ name: String, base64: String) {
    self.name = name
    guard let data = Data(base64Encoded: base64) else { preconditionFailure("PageGenerator writes base64") }
    bytes = Array(data)
  }
}

extension PageFile {
  init(_ file: EmbeddedFile) {
    let ending = file.name.split(separator: ".").last ?? ""
    guard let type = Self.types[ending] else { preconditionFailure("\(file.name) has an ending without a type") }
    self.init(contentType: type, bytes: file.bytes)
  }

  private static let types: [Substring: String] = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    // RFC 9239.
    "js": "text/javascript; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp",
  ]
}
