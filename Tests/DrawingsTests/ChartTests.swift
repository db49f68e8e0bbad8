import Drawings
import Foundation
import FoundationXML
import Testing

@Suite("Diagrams")
struct ChartTests {
  private static let bad = "<script>alert(1)</script>\"'&\u{1B}"

  private static func line(_ values: [Double], name: String = bad, interval: ClosedRange<Double>? = nil) -> LineChart {
    let points = values.enumerated().map { LineChart.Point(x: Double($0 + 1), y: $1, interval: interval) }
    return LineChart(
      title: bad, summary: bad, xTitle: bad, yTitle: bad,
      x: .logarithmic(at: points.map(\.x), unit: .count), y: Axis(around: values, unit: .number),
      lines: [.init(name: name, points: points), .init(name: "empty", points: [])])
  }

  private static let drawings: [SVGDocument] = [
    line([]).document, line([1]).document, line([1, .nan, .infinity, 3]).document,
    line((0..<300).map(Double.init)).document, line([1, 2, 3], interval: 1...2).document,
    BarChart(
      title: bad, summary: bad, names: [bad, "b"],
      series: [.init(name: bad, values: [0.5, nil]), .init(name: "two", values: [0, 1])],
      axis: Axis(ticks: [0, 1], unit: .percent), label: { Numbers.percent($0) }
    ).document,
    BarChart(
      title: bad, summary: bad, names: [], series: [], axis: Axis(ticks: [0, 1], unit: .percent), label: { "\($0)" }
    )
    .document,
    DotPlot(
      title: bad, summary: bad,
      rows: [.init(name: bad, value: 0.9, interval: 0.8...0.95, isSubject: true), .init(name: "b", value: .nan)],
      axis: Axis(ticks: [0, 1], unit: .percent)
    ).document,
    ReliabilityDiagram(title: bad, summary: bad, bins: []).document,
    ReliabilityDiagram(
      title: bad, summary: bad,
      bins: [
        .init(images: 3, confidence: 0.9, accuracy: 1, interval: 0.4...1),
        .init(images: 1, confidence: 0.5, accuracy: 0),
      ]
    ).document,
  ]

  @Test("every diagram is well-formed XML without scripts, and no value is drawn as nan", arguments: drawings)
  func wellFormed(document: SVGDocument) {
    let parsed = ParsedMarkup(document.text)
    #expect(parsed.isWellFormed)
    #expect(!parsed.elements.contains("script") && !parsed.attributes.contains { $0.hasPrefix("on") || $0 == "style" })
    #expect(!document.text.contains("nan") && !document.text.contains("inf"))
  }

  @Test("points lie where the values say")
  func places() throws {
    let chart = Self.line([1, 2, 3], name: "line")
    let paths = chart.document.text.matches(of: /points="([^"]*)"/).map {
      $0.1.split(separator: " ").map { $0.split(separator: ",").map { Double($0)! } }
    }
    // The first two are in the legend.
    let line = try #require(paths.first { $0.count == 3 })
    #expect(line[0][0] == 52 && line[2][0] == 52 + chart.width - 88)
    #expect(line[0][1] > line[1][1] && (line[0][1] - line[1][1] - (line[1][1] - line[2][1])).magnitude < 0.11)
  }

  @Test("a whisker reaches from the lower to the upper end of its interval")
  func whiskers() throws {
    let plot = DotPlot(
      title: "", summary: "", rows: [.init(name: "a", value: 0.5, interval: 0.25...0.75)],
      axis: Axis(ticks: [0, 0.5, 1], unit: .percent))
    let svg = plot.document.text
    let lines = svg.matches(of: /<line x1="([0-9.]+)" y1="([0-9.]+)" x2="([0-9.]+)" y2="([0-9.]+)"/).map { match in
      [match.1, match.2, match.3, match.4].map { Double($0)! }
    }
    let ticks = lines.filter { $0[0] == $0[2] && $0[1] == 0 }.map { $0[0] }
    let whisker = try #require(lines.first { $0[1] == $0[3] })
    #expect((whisker[0] - (ticks[0] + ticks[1]) / 2).magnitude < 0.11)
    #expect((whisker[2] - (ticks[1] + ticks[2]) / 2).magnitude < 0.11)
  }
}

/// What Foundation's XML parser finds.
private final class ParsedMarkup: NSObject, XMLParserDelegate {
  private(set) var isWellFormed = false
  private(set) var elements: Set<String> = []
  private(set) var attributes: Set<String> = []

  init(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.insert(name)
    self.attributes.formUnion(attributes.keys)
  }
}
