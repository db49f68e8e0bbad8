import Drawings
import Foundation
import FoundationXML
import ModelServing
import Testing

@testable import Adaptation

@Suite("Reports as pages")
struct ReportPageTests {
  private static let attack = "<script>alert(1)</script>\"'&"
  /// A PNG's signature is enough for a picture to be placed.
  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]

  private static func pictured(_ report: AdaptationReport) -> String {
    let files = ReportPage.picturedFiles(of: report)
    let page = ReportPage(report: report, thumbnails: Dictionary(uniqueKeysWithValues: files.map { ($0, png) }))
    return page.html
  }

  private static let attacked = pictured(
    SampleReport.report(names: SampleReport.names(3)) { $0 + attack })

  @Test("whatever names hold, a page has no script, no handler, no inline style and no address but its own")
  func escapes() {
    for page in [Self.attacked, ComparisonPage(report: SampleReport.comparison { $0 + Self.attack }).html] {
      let parsed = ParsedPage(page)
      #expect(parsed.isWellFormed)
      #expect(!parsed.elements.contains { ["script", "iframe", "object", "link", "base", "form"].contains($0.name) })
      let attributes = parsed.elements.flatMap { $0.attributes }
      #expect(!attributes.contains { $0.key.lowercased().hasPrefix("on") || $0.key == "style" })
      let addresses = attributes.filter { ["src", "href", "xlink:href", "action"].contains($0.key) }.map(\.value)
      #expect(addresses.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("data:image/") })
      #expect(parsed.text.contains(Self.attack), "the name is read as it is")
    }
  }

  @Test(
    "Python's parser of HTML sees the same elements as an XML parser",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
  func html() throws {
    for page in [Self.attacked, Self.pictured(SampleReport.birds)] {
      #expect(try namesFoundByPython(in: page) == ParsedPage(page).elements.map(\.name))
    }
  }

  private func namesFoundByPython(in page: String) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID()).html")
    try page.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let program = """
      import html.parser, sys
      class Names(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes): print(tag)
      Names().feed(open(sys.argv[1], encoding="utf-8").read())
      """
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", program, file.path]
    process.standardOutput = output
    try process.run()
    let names = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: names, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("the policy names the one style by its hash, and lets nothing else in")
  func policy() throws {
    let page = Self.pictured(SampleReport.birds)
    let styles = page.matches(of: /<style>([^<]*)<\/style>/)
    #expect(styles.count == 1)
    let style = try #require(styles.first?.1)
    #expect(style == PageFrame.style)
    let digest = SHA256.base64Digest(of: style.utf8)
    #expect(PageFrame.styleHash == digest, "PageFrame.styleHash has to be \(digest)")
    let policies = ParsedPage(page).elements.filter { $0.attributes["http-equiv"] == "Content-Security-Policy" }
    #expect(policies.map { $0.attributes["content"] } == [PageFrame.contentSecurityPolicy])
    #expect(PageFrame.contentSecurityPolicy.hasPrefix("default-src 'none'; img-src data:; style-src 'sha256-"))
  }

  @Test(
    "any number of classes, and a report of nearly nothing, make a page of equal bytes", arguments: [2, 3, 26, 100])
  func sizes(classes: Int) {
    let report = SampleReport.report(names: SampleReport.names(classes))
    let page = ReportPage(report: report).html
    #expect(ParsedPage(page).isWellFormed)
    #expect(page == ReportPage(report: SampleReport.report(names: SampleReport.names(classes))).html)
    #expect(!page.contains("\"nan") && !page.contains(">nan"))
  }

  @Test("sections without content are left out, and links lead to sections that are there")
  func sections() {
    for report in [SampleReport.empty, SampleReport.birds] {
      let parsed = ParsedPage(ReportPage(report: report).html)
      let identifiers = parsed.elements.compactMap { $0.attributes["id"] }
      let links = parsed.elements.compactMap { $0.attributes["href"] }
      #expect(Set(links) == Set(identifiers.map { "#" + $0 }) && Set(identifiers).count == identifiers.count)
    }
    let empty = ReportPage(report: SampleReport.empty).html
    #expect(empty.contains("Nothing was found") && !empty.contains("id=\"fine-tuning\""))
    #expect(ReportPage(report: SampleReport.birds).html.contains("id=\"fine-tuning\""))
  }

  @Test("what lies in two classes stands with both, and what is tested with and there to be learned stands first")
  func contradictions() {
    let text = ParsedPage(ReportPage(report: SampleReport.birds).html).text
    #expect(text.contains("a/9.jpg (blackbird) = b/9.jpg (great tit)") && text.contains("All of them were left out."))
    #expect(text.contains("train/a/5.jpg = test/a/5.jpg"))
    #expect(SampleReport.birds.text().contains("1 group in several parts"))
  }

  @Test("pictures stand where their files are named, and a file without one has a tile without")
  func pictures() {
    let report = SampleReport.birds
    let files = ReportPage.picturedFiles(of: report)
    #expect(files.count == Set(files).count && files.starts(with: report.mistakes.map(\.file)))
    let shown = ParsedPage(Self.pictured(report)).elements.filter { $0.name == "img" }
    #expect(shown.compactMap { $0.attributes["alt"] }.sorted() == files.sorted())
    #expect(
      shown.allSatisfy { $0.attributes["src"] == "data:image/png;base64,\(Data(Self.png).base64EncodedString())" })
    let text = ReportPage(report: report, thumbnails: [files[0]: [0x3C, 0x73, 0x76, 0x67]]).html
    #expect(!text.contains("<img") && text.contains("no picture"), "what is no JPEG or PNG is no picture")
  }

  @Test("a report whose figures do not fit one another is drawn all the same")
  func inconsistent() {
    var report = SampleReport.birds
    (report.confusion, report.accuracyInterval) = ([[3], [1, 2, 3, 4, -5]], [0.9, 0.1])
    (report.accuracy, report.calibrationError) = (.nan, .infinity)
    report.calibration.bins = [.init(images: -1, confidence: .nan, accuracy: 7)]
    report.learningCurve = [
      .init(images: 0, accuracy: .nan, trainingAccuracy: 1), .init(images: 5, accuracy: 2, trainingAccuracy: .infinity),
    ]
    report.seconds = ["head": .nan]
    #expect(ParsedPage(ReportPage(report: report).html).isWellFormed)
    #expect(!report.text().isEmpty)
  }
}

@Suite("Reports as words")
struct ReportWordingTests {
  @Test("the verdict says how many were right, how sure that is, and what guessing gives")
  func verdict() {
    let sentences = ReportWording(report: SampleReport.birds).verdict.map { $0.replacing("\u{A0}", with: " ") }
    #expect(
      sentences == [
        "Of 45 test images, which were looked at once, after every choice, 41 were classified rightly: 91 %.",
        "With 95 % certainty the share on further photos like these lies between 80 % and 97 %.",
        "Always guessing the commonest class would give 35 %.",
      ])
  }

  @Test("an interval that reaches down to guessing is said to, and is the first thing to do something about")
  func guessing() {
    var report = SampleReport.birds
    report.baselines.majority = report.accuracyInterval[0]
    #expect(ReportWording(report: report).verdict.last?.contains("not certain") == true)
    #expect(ReportAdvice.all(for: report).first?.section == .certainty)
    #expect(ReportAdvice.all(for: SampleReport.birds).allSatisfy { $0.section != .certainty })
  }

  @Test(
    "a curve that gained a point since half of the images still rises",
    arguments: [(0.92, true), (0.905, false), (0.85, false)])
  func curve(last: Double, rises: Bool) {
    var report = SampleReport.birds
    report.learningCurve = [(200, last), (100, 0.9), (50, 0.2)].map {
      .init(images: $0, accuracy: $1, trainingAccuracy: 1)
    }
    let wording = ReportWording(report: report)
    let gain = last - 0.9
    #expect(
      wording.curve == (rises ? .rises(from: 100, to: 200, gain: gain) : .isLevel(from: 100, to: 200, gain: gain)))
    #expect(wording.curveSentence?.contains("still rises") == rises)
  }

  @Test("calibration is doubted only where chance does not explain the error")
  func calibration() {
    var report = SampleReport.birds
    #expect(ReportWording(report: report).calibrationSentence.contains("nothing speaks against"))
    report.calibrationError = 0.2
    #expect(ReportWording(report: report).calibrationSentence.contains("less sure than its answers"))
    report.calibration.bins = [.init(images: 9, confidence: 0.99, accuracy: 0.5)]
    #expect(ReportWording(report: report).calibrationSentence.contains("is surer than its answers"))
  }

  @Test("a terminal sees words and no control characters")
  func terminal() {
    let report = SampleReport.report(names: SampleReport.names(3)) { $0 + "\u{1B}[2J\u{202E}\r\n" }
    let text = report.text(at: "report\u{7}.html")
    #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
    #expect(!text.contains("\u{202E}"))
    let lines = SampleReport.birds.text(at: "my/report.html").split(separator: "\n").map(String.init)
    #expect(lines.count < 25)
    #expect(lines.contains("  this classifier     91.1 %") && lines.contains("Report: my/report.html"))
    #expect(
      lines.suffix(2) == [
        "Try it: curl -X POST localhost:8080/v1/models/reload",
        "        curl -F image=@photo.jpg localhost:8080/v1/models/my-birds/classify",
      ])
  }

  @Test("a name that a shell would take apart is encoded in the address")
  func shell() {
    var report = SampleReport.birds
    report.model.name = "a b'; rm -rf /"
    #expect(report.classifyCommand.hasSuffix("/v1/models/a%20b%27%3B%20rm%20-rf%20%2F/classify"))
  }

  /// Wilson (1927) by `statsmodels.stats.proportion.proportion_confint(8, 10, method="wilson")`, and of 0 and 3 of 3.
  @Test(
    "the intervals of bins are Wilson's",
    arguments: [(0.8, 10, 0.490162, 0.943318), (0, 3, 0, 0.561497), (1, 3, 0.438503, 1)])
  func wilson(accuracy: Double, images: Int, low: Double, high: Double) throws {
    let interval = try #require(AccuracyWhisker.interval(accuracy: accuracy, images: images))
    #expect((interval.lowerBound - low).magnitude < 1e-6 && (interval.upperBound - high).magnitude < 1e-6)
    #expect(AccuracyWhisker.interval(accuracy: accuracy, images: 0) == nil)
  }
}

/// What Foundation's XML parser finds.
private final class ParsedPage: NSObject, XMLParserDelegate {
  private(set) var isWellFormed = false
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var text = ""

  init(_ page: String) {
    super.init()
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
