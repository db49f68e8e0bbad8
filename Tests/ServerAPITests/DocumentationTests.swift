import Foundation
import HTTPServer
import HTTPTypes
import Testing

@testable import ServerAPI

/// `docs/api.md` against the program: its tables, and those of its examples that come out the same on every machine.
@Suite("docs/api.md")
struct DocumentationTests {
  private static let text = String(
    decoding: FileManager.default.contents(atPath: root.appending(path: "docs/api.md").path)!, as: UTF8.self)

  @Test("it lists every route and every type of problem with its status")
  func tables() {
    for endpoint in API.endpoints(TestAPI.loading.context).map({ type(of: $0) }) {
      let route = "\(endpoint.method) \(endpoint.path)"
      #expect(Self.text.contains("`\(route)`"), "\(route) is not listed")
    }
    for kind in ProblemKind.allCases {
      #expect(Self.text.contains("\n| \(kind.status.code) | `\(kind.type)` | "), "\(kind.type) is not listed")
    }
  }

  @Test("its examples' outputs are the server's", arguments: DocumentedExample.all(in: text).filter(\.isReproducible))
  func examples(_ example: DocumentedExample) async throws {
    let answer = try await TestAPI.shared.value.answer(to: .get(example.target, accept: example.accept))
    if answer.response.fields[.contentType]?.hasSuffix("json") == true {
      #expect(try JSONValue(json: Array(example.output.utf8)) == answer.json[example.selection])
    } else {
      let lines = String(decoding: answer.response.body, as: UTF8.self).split(whereSeparator: \.isNewline)
      #expect(example.output.split(whereSeparator: \.isNewline) == lines)
    }
  }

  @Test("it has examples to check")
  func count() {
    #expect(DocumentedExample.all(in: Self.text).filter(\.isReproducible).count >= 8)
  }
}

/// A `console` block: a command behind a dollar sign, and what it printed.
struct DocumentedExample: Sendable, CustomTestStringConvertible {
  let command: String
  let output: String

  static func all(in text: String) -> [DocumentedExample] {
    text.split(separator: "```console\n$ ").dropFirst().map { block in
      let lines = block.prefix(upTo: block.range(of: "\n```")!.lowerBound).split(separator: "\n", maxSplits: 1)
      return DocumentedExample(command: String(lines[0]), output: String(lines[1]))
    }
  }

  /// Path and query.
  var target: String {
    command.firstMatch(of: /localhost:8080([^ ']*)/).map { String($0.1) } ?? ""
  }

  /// The type asked for by `-H 'Accept: ...'`.
  var accept: String? { command.firstMatch(of: /-H 'Accept: ([^']*)'/).map { String($0.1) } }

  /// Where `| jq '.layers[0]'` looks.
  var selection: Pointer {
    command.firstMatch(of: /jq '\.(\w+)\[(\d+)\]'/).map { [String($0.1), String($0.2)] } ?? []
  }

  /// A GET that depends on neither models nor time.
  var isReproducible: Bool {
    let isGet = !["-d ", "-F ", "-X ", "--data-binary "].contains { command.contains($0) }
    let paths = ["/v1/architectures", "/v1/compare", "/v1/convolution", "/v1/pooling", "/healthz"]
    return isGet && paths.contains { target.hasPrefix($0) }
  }

  var testDescription: String { command }
}
