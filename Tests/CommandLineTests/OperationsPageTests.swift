import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import convserve

/// `docs/operations.md` against `serve --help`.
@Suite("docs/operations.md")
struct OperationsPageTests {
  private struct Option: Hashable {
    let name: String
    let fallback: String?
  }

  /// What each option's paragraph says: it begins in a line of the option's name, and may go on in the next.
  private static let help = ServeCommand.helpMessage(columns: 10_000)
    .replacing(/\n {10,}/, with: " ").split(separator: "\n")
    .compactMap { line in
      line.firstMatch(of: /^ +(?:-h, )?--([a-z-]+)/).map { match in
        Option(name: String(match.1), fallback: line.firstMatch(of: /\(default: ([^)]+)\)/).map { String($0.1) })
      }
    }
    .filter { $0.name != "help" && $0.name != "version" }

  private static let page =
    (try? String(contentsOf: Checkout.root.appending(path: "docs/operations.md"), encoding: .utf8)) ?? ""

  /// Rows `| option | default | takes | what |`.
  private static let table = page.matches(of: /\n\| `--([a-z-]+)` \| ([^|]+) \| [^|]+ \| [^|]+ \|/).map { match in
    (name: String(match.1), fallback: String(match.2))
  }

  @Test("every option of serve has its row, and every row its option")
  func options() {
    #expect(Self.help.count > 20)
    #expect(Self.table.map(\.name).sorted() == Self.help.map(\.name).sorted())
  }

  @Test("every default is the one that --help names")
  func defaults() {
    let documented = Dictionary(Self.table.map { ($0.name, $0.fallback) }, uniquingKeysWith: { $1 })
    for option in Self.help { #expect(documented[option.name] == option.fallback ?? "off", "--\(option.name)") }
  }

  @Test("the configuration file of the page is accepted")
  func example() throws {
    let block = try #require(Self.page.firstMatch(of: /```yaml\n(.*?)```/.dotMatchesNewlines())).1
    let folder = try TemporaryFolder()
    try folder.write(String(block), to: "server.yaml")
    let options = try ServeOptions.parse(["--config", folder.url.appendingPathComponent("server.yaml").path])
    #expect(Configuration(options, environment: [:]).errors == [])
  }
}

/// `docs/security.md` against the sources.
@Suite("docs/security.md")
struct SecurityPageTests {
  @Test("what it says to defend against a danger is there")
  func places() throws {
    let page = try String(contentsOf: Checkout.root.appending(path: "docs/security.md"), encoding: .utf8)
    let places = page.matches(of: /`([A-Z][A-Za-z]+\/[A-Za-z+\/]+)`/).map { String($0.1) }
    #expect(places.count > 15)
    for place in places {
      let source = Checkout.root.appending(path: "Sources/\(place)").path
      #expect([source, source + ".swift"].contains { FileManager.default.fileExists(atPath: $0) }, "\(place)")
    }
  }
}
