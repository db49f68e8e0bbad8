import Foundation
import Yams

/// `PageGenerator OPENAPI OUTPUT FILE...`: writes Swift source that holds the page's files and the API's reference.
@main
enum PageGenerator {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
    guard arguments.count > 2 else { throw GeneratorError.usage }
    let (description, output) = (arguments[0], arguments[1])
    guard let document = try Yams.compose(yaml: String(contentsOf: description, encoding: .utf8)) else {
      throw GeneratorError.emptyDescription(description.path)
    }
    var files = try arguments.dropFirst(2).map { try EmbeddedFile(at: $0) }
    files.append(EmbeddedFile(name: "reference.html", content: .text(APIReference(document).html)))
    try source(of: files.sorted { $0.name < $1.name }).write(to: output, atomically: true, encoding: .utf8)
  }

  private static func source(of files: [EmbeddedFile]) -> String {
    """
    // Made by PageGenerator from Sources/WebPage/Files and openapi.yaml.
    extension WebPage {
      static let embeddedFiles: [EmbeddedFile] = [
    \(files.map(\.source).joined(separator: ",\n"))
      ]
    }

    """
  }
}

enum GeneratorError: Error, CustomStringConvertible {
  case usage
  case emptyDescription(String)
  case notText(String)

  var description: String {
    switch self {
    case .usage: "usage: PageGenerator OPENAPI OUTPUT FILE..."
    case .emptyDescription(let path): "\(path) holds no description of an API"
    case .notText(let path): "\(path) is not UTF-8"
    }
  }
}
