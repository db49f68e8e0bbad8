import Drawings
import Foundation
import FoundationXML
import Testing

@Suite struct ConfusionMatrixTests {
  private static func matrix(_ count: Int, name: (Int) -> String = { "class \($0)" }) -> ConfusionMatrix {
    ConfusionMatrix(
      names: (0..<count).map(name),
      counts: (0..<count).map { label in
        (0..<count).map { $0 == label ? 10 : $0 == (label + 1) % count ? label % 4 : 0 }
      })
  }

  @Test("any number of classes gives well-formed XML of equal bytes", arguments: [1, 2, 3, 10, 25, 26, 100])
  func wellFormed(classes: Int) {
    let drawn = Self.matrix(classes).document(title: "Confusion", summary: "Who is taken for whom").text
    #expect(XMLParser(data: Data(drawn.utf8)).parse())
    #expect(drawn == Self.matrix(classes).document(title: "Confusion", summary: "Who is taken for whom").text)
    #expect(drawn.contains("role=\"img\"") && drawn.contains("<desc>Who is taken for whom</desc>"))
  }

  @Test("beyond 25 classes the others are one row, and no image is lost")
  func folded() throws {
    let document = Self.matrix(100).document(title: "", summary: "")
    #expect(document.text.contains("76 others"))
    #expect(document.width <= 864, "it fits into a page")
    let counts = document.text.matches(of: /: ([0-9,]+) \([0-9]+\u{A0}% of the row\)/).map {
      Int($0.1.filter { $0 != "," })!
    }
    #expect(counts.reduce(0, +) == Self.matrix(100).counts.joined().reduce(0, +))
  }

  @Test("the most frequent confusion comes first, then the order of classes")
  func confusions() {
    let matrix = ConfusionMatrix(names: ["a", "b", "c"], counts: [[5, 1, 0], [1, 4, 2], [0, 0, 9]])
    #expect(matrix.confusions.map { [$0.label, $0.predicted, $0.images] } == [[1, 2, 2], [0, 1, 1], [1, 0, 1]])
  }

  @Test("a long name is shortened, with the whole of it under the pointer; no text is smaller than 11 pixels")
  func names() {
    let name = "a bird <with> a very long name indeed, as only ornithologists know"
    let drawn = Self.matrix(26) { "\(name) \($0)" }.document(title: "", summary: "").text
    #expect(drawn.contains("…</text>") && drawn.contains("<title>a bird &lt;with&gt; a very long name"))
    let sizes = drawn.matches(of: /font-size="([0-9.]+)"/).map { Double($0.1)! }
    #expect(sizes.allSatisfy { $0 >= 11 })
  }

  @Test("a small matrix is drawn as it was, to the byte")
  func golden() throws {
    let matrix = ConfusionMatrix(names: ["cat", "dog & \"fox\""], counts: [[7, 1], [0, 12]])
    let drawn = matrix.document(title: "Confusion of cats and dogs", summary: "19 of 20 images are right.").text
    let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/drawings/confusion.svg")
    if ProcessInfo.processInfo.environment["CONVSERVE_WRITE_GOLDENS"] != nil {
      try drawn.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(
      try drawn == String(contentsOf: golden, encoding: .utf8),
      "after a change that is meant, look at the picture and run the test with CONVSERVE_WRITE_GOLDENS=1")
  }
}
