import Foundation
import Testing

@testable import Drawings

@Suite("Bubbles")
struct BubbleChartTests {
  private static func chart(_ bubbles: [BubbleChart.Bubble]) -> BubbleChart {
    BubbleChart(
      title: "", summary: "",
      panels: [
        .init(title: "panel", bubbles: bubbles, scale: .init(title: "x", around: bubbles.map(\.x)) { "\(Int($0))" })
      ],
      yTitle: "upwards", withoutY: "without", areaTitle: "area", columns: ["name", "source"],
      rows: bubbles.map { [$0.name, ""] })
  }

  /// Close to one another, as models of one kind are, with names that are long.
  private static func close(_ count: Int, y: Double?) -> [BubbleChart.Bubble] {
    (0..<count).map {
      .init(name: "a-model-with-a-long-name-\($0)", x: 100 + Double($0 % 4), y: y, area: Double($0 + 1), note: "")
    }
  }

  /// Left edges, baselines and letters of the names; those of the table are cells.
  private static func names(_ document: SVGDocument) -> [LabelPlacement.Box] {
    document.text.matches(of: /<text ([^>]*)>(a-model[^<]*)<\/text>/).compactMap { match in
      guard match.1.contains("\"name\""), let x = value("x", match.1), let y = value("y", match.1) else { return nil }
      let width = TextWidth.estimated(String(match.2), size: LabelPlacement.size)
      return .init(left: x, top: y - 11, width: width, height: 14)
    }
  }

  private static func value(_ name: String, _ attributes: Substring) -> Double? {
    attributes.matches(of: /([a-z]+)="([-0-9.]+)"/).first { $0.1 == name }.flatMap { Double($0.2) }
  }

  @Test(
    "all names of those without a place upwards are there, within the drawing, and none lies over another",
    arguments: [1, 2, 7, 16])
  func names(count: Int) {
    let document = Self.chart(Self.close(count, y: nil)).document
    let names = Self.names(document)
    #expect(names.count == count)
    for (index, name) in names.enumerated() {
      #expect(name.left >= 0 && name.left + name.width <= document.width && name.top + name.height < document.height)
      #expect(!names[..<index].contains { $0.overlaps(name) }, "\(name)")
    }
  }

  @Test("where none has a place upwards there is no empty plot above them, and no axis")
  func noEmptyPlot() {
    let (without, with) = (Self.chart(Self.close(2, y: nil)).document, Self.chart(Self.close(2, y: 0.5)).document)
    #expect(without.text.contains("without") && !without.text.contains("upwards"))
    #expect(with.text.contains("upwards") && !with.text.contains("without"))
    #expect(without.height < Self.chart(Self.close(2, y: nil) + Self.close(1, y: 0.5)).document.height - 90)
  }

  @Test("circles of the strip keep their place along the scale and lie below the plot")
  func places() throws {
    let bubbles = Self.close(3, y: 0.5) + Self.close(5, y: nil)
    let circles = Self.chart(bubbles).document.text.matches(of: /<circle ([^>]*)>/).map { $0.1 }
    let places = try circles.map { (try #require(Self.value("cx", $0)), try #require(Self.value("cy", $0))) }
    #expect(places.count == 8)
    let sorted = places.map(\.1).sorted()
    #expect(sorted[2] < sorted[3], "three lie in the plot")
    #expect(Set(places.map(\.0)).count == 4, "four values, whatever the lane")
  }
}
