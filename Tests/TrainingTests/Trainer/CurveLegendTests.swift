import Testing

@testable import Training

@Suite("Legends of learning curves")
struct CurveLegendTests {
  @Test("short names share a row, each to the right of the one before")
  func oneRow() {
    let legend = CurveLegend(names: ["training", "validation"], width: 316)
    #expect(legend.rowCount == 1)
    #expect(legend.places[0].x == 0)
    #expect(legend.places[1].x >= 20 + 8 * 8)
  }

  @Test("names that do not fit beside one another get rows of their own, in their order")
  func rows() {
    let names = (1...5).map { "fashion-resnet20-run-\($0)" }
    let legend = CurveLegend(names: names, width: 316)
    #expect(legend.places.map(\.row) == [0, 1, 2, 3, 4])
    #expect(legend.places.allSatisfy { $0.x == 0 && $0.squeezedWidth == nil })
  }

  @Test("a name that is wider than the legend is squeezed into it")
  func squeezed() {
    let legend = CurveLegend(names: ["a", String(repeating: "b", count: 100), "c"], width: 316)
    #expect(legend.places.map(\.row) == [0, 1, 2])
    #expect(legend.places.map(\.squeezedWidth) == [nil, 296, nil])
  }

  @Test("a picture is as high as its legends need")
  func height() {
    func picture(_ names: [String]) -> String {
      CurvePanel.picture(
        title: "t", [CurvePanel(title: "p", left: 0, epochs: [1], lines: names.map { ($0, [1]) })])
    }
    #expect(picture(["a", "b"]).contains(#"viewBox="0 0 400 280""#))
    #expect(picture((1...5).map { "a-name-that-fills-a-row-\($0)" }).contains(#"viewBox="0 0 400 344""#))
  }
}
