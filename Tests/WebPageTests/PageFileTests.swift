import Foundation
import HTTPCore
import Testing

@testable import WebPage

/// The page's files, as they are compiled into the program.
@Suite("Files of the page")
struct PageFileTests {
  /// Bytes that all files together may have, compressed; photos aside.
  private static let limit = 120_000
  private static let photoLimit = 30_000

  private static func text(_ name: String) throws -> String {
    String(decoding: try #require(WebPage.files[name]).bytes, as: UTF8.self)
  }

  private static func texts(_ language: String) throws -> [String: String] {
    try JSONDecoder().decode([String: String].self, from: Data(try #require(WebPage.files["\(language).json"]).bytes))
  }

  private static var scripts: [String] { WebPage.files.keys.filter { $0.hasSuffix(".js") }.sorted() }

  @Test("they are the files of the folder, to the byte, and the reference besides")
  func embedded() throws {
    let folder = URL(filePath: #filePath).appending(path: "../../../Sources/WebPage/Files").standardized
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(names).union(["reference.html"]) == Set(WebPage.files.keys))
    for name in names {
      #expect(try Data(contentsOf: folder.appending(path: name)) == Data(WebPage.files[name]!.bytes), "\(name)")
    }
  }

  @Test("compressed they are small")
  func size() {
    let sizes = WebPage.files.filter { !$0.key.hasSuffix(".jpg") }.mapValues { file in
      ContentEncoder(.gzip, effort: .high).encode(file.bytes[...], isLast: true).count
    }
    let total = sizes.values.reduce(0, +)
    #expect(total < Self.limit, "\(total) bytes: \(sizes.sorted { $0.value > $1.value }.prefix(5))")
    for (name, file) in WebPage.files where name.hasSuffix(".jpg") {
      #expect(file.bytes.count <= Self.photoLimit, "\(name)")
    }
  }

  @Test("both languages have the same texts, with the same places to fill in, and none is empty")
  func languages() throws {
    let (english, korean) = (try Self.texts("en"), try Self.texts("ko"))
    #expect(Set(english.keys).symmetricDifference(korean.keys).sorted() == [])
    for (key, text) in english {
      let places = { (text: String) in Set(text.matches(of: /\{\w+\}/).map { String($0.output) }) }
      #expect(places(text) == places(korean[key] ?? ""), "\(key)")
      #expect(!text.isEmpty && korean[key]?.isEmpty == false, "\(key)")
    }
  }

  @Test("every text that a script asks for by name is there")
  func usedTexts() throws {
    let english = try Self.texts("en")
    for script in Self.scripts {
      for match in try Self.text(script).matches(of: /\bt\('([\w.-]+)'/) {
        #expect(english[String(match.1)] != nil, "\(script) asks for \(match.1)")
      }
    }
  }

  private static let sources = URL(filePath: #filePath).appending(path: "../../../Sources").standardized

  @Test("every operator has a name and a sentence")
  func operators() throws {
    let folder = Self.sources.appending(path: "NetworkGraph/Operators")
    let english = try Self.texts("en")
    var count = 0
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for match in source.matches(of: /static let name = "(\w+)"/) {
        count += 1
        #expect(english["operator.\(match.1)"] != nil && english["operatorName.\(match.1)"] != nil, "\(match.1)")
      }
    }
    #expect(count > 20)
  }

  @Test("every type of problem has a sentence")
  func problems() throws {
    let description = try String(
      contentsOf: Self.sources.appending(path: "ServerAPI/openapi.yaml"), encoding: .utf8)
    let kinds = Set(description.matches(of: /\/problems\/([a-z-]+)/).map { String($0.1) })
    #expect(kinds.count > 30)
    let english = try Self.texts("en")
    for kind in kinds { #expect(english["error.\(kind)"] != nil, "\(kind)") }
  }

  @Test("what the page and its modules load is there, and nothing comes from elsewhere")
  func references() throws {
    for script in Self.scripts {
      let text = try Self.text(script)
      for match in text.matches(of: /from '\.\/([\w.-]+)'/) {
        #expect(WebPage.files[String(match.1)] != nil, "\(match.1)")
      }
      #expect(text.firstMatch(of: /import[^;]*from '[^.]/) == nil, "\(script)")
    }
    for match in try Self.text(WebPage.index).matches(of: /(?:href|src)="([^"]+)"/) {
      let name = try #require(match.1.split(separator: "page/").last)
      #expect(match.1.hasPrefix("page/") && WebPage.files[String(name)] != nil, "\(match.1)")
    }
    #expect(try !Self.text("page.css").contains("url("))
  }

  @Test("no script makes markup or code out of strings, which names from elsewhere could be in")
  func markup() throws {
    for script in Self.scripts {
      let text = try Self.text(script)
      for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
        #expect(!text.contains(word), "\(script) has \(word)")
      }
    }
  }
}
