import Foundation

/// A file of the page on its way into Swift source.
struct EmbeddedFile {
  enum Content {
    case text(String)
    case binary(Data)
  }

  /// Endings of files that are text; all others are embedded as base64.
  private static let textEndings: Set<String> = ["html", "css", "js", "json", "svg"]

  let name: String
  let content: Content

  init(name: String, content: Content) {
    self.name = name
    self.content = content
  }

  init(at location: URL) throws {
    let data = try Data(contentsOf: location)
    name = location.lastPathComponent
    guard Self.textEndings.contains(location.pathExtension) else {
      content = .binary(data)
      return
    }
    guard let text = String(data: data, encoding: .utf8) else { throw GeneratorError.notText(location.path) }
    content = .text(text)
  }

  /// The element of the table that holds it. Literals of strings compile at once, where arrays of bytes take long.
  var source: String {
    switch content {
    case .text(let text): "    EmbeddedFile(\"\(name)\", text: \(Self.literal(text)))"
    case .binary(let data): "    EmbeddedFile(\"\(name)\", base64: \"\(data.base64EncodedString())\")"
    }
  }

  /// A raw literal with more number signs around it than stand in a row anywhere within.
  private static func literal(_ text: String) -> String {
    let longest = text.split { $0 != "#" }.map(\.count).max() ?? 0
    let signs = String(repeating: "#", count: longest + 1)
    return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
  }
}
