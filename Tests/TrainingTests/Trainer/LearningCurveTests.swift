import Foundation
import FoundationXML
import Testing

@testable import Training

@Suite("Learning curves as pictures")
struct LearningCurveTests {
  private static func curve(_ epochs: Int, hasValidation: Bool = true, title: String = "t") -> LearningCurve {
    let records = (0..<epochs).map { index in
      let share = 1 / Double(index + 1)
      return EpochRecord(
        epoch: index + 1, trainLoss: 2 * share, trainAccuracy: 1 - 0.5 * share,
        validationLoss: hasValidation ? 2.1 * share : nil, validationAccuracy: hasValidation ? 0.9 : nil,
        learningRate: 0.1, imagesPerSecond: 1)
    }
    return LearningCurve(title: title, records)
  }

  @Test("any number of epochs gives well-formed XML with a line for each row of values", arguments: [0, 1, 2, 7, 300])
  func wellFormed(epochs: Int) {
    for hasValidation in [false, true] {
      let svg = Self.curve(epochs, hasValidation: hasValidation).svg
      #expect(XMLParser(data: Data(svg.utf8)).parse())
      #expect(svg.matches(of: /<polyline/).count == (epochs == 0 ? 0 : hasValidation ? 4 : 2))
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }

  @Test("points lie where the values say, between the round numbers around them")
  func places() {
    // Losses from 2.1 to 1 lie on an axis from 1.0 to 2.2 or further; the first epoch at the left, the last at the right.
    let svg = Self.curve(2).svg
    let points = svg.matches(of: /points="([^"]*)"/).map { $0.1.split(separator: " ").map(String.init) }
    #expect(points[0].map { $0.hasPrefix("56.0,") || $0.hasPrefix("380.0,") } == [true, true])
    let heights = points.map { $0.map { Double($0.split(separator: ",")[1])! } }
    #expect(heights[0][0] < heights[0][1])
    #expect(heights[2][0] > heights[2][1])
    #expect(heights.joined().allSatisfy { (36...232).contains($0) })
  }

  @Test("a title is text, whatever is in it, and equal values give equal bytes")
  func title() {
    let svg = Self.curve(3, title: "<script>&").svg
    #expect(svg.contains("<title>&lt;script&gt;&amp;</title>"))
    #expect(svg == Self.curve(3, title: "<script>&").svg)
  }
}
