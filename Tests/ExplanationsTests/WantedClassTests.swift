import ModelServing
import Testing

@testable import Explanations

@Suite("The class that is to be explained")
struct WantedClassTests {
  private let labels = [
    ClassLabel(id: "n02012849", name: "crane"), ClassLabel(id: "n02123045", name: "tabby, tabby cat"),
    ClassLabel(id: "n03126707", name: "crane"), ClassLabel(name: "7"),
  ]

  @Test(
    "a class is known by its number, its label, a synonym and its identifier",
    arguments: [
      ("1", 1), ("tabby", 1), ("Tabby Cat", 1), ("tabby, tabby cat", 1), ("N02123045", 1), ("n03126707", 2), ("3", 3),
    ])
  func known(text: String, index: Int) throws {
    #expect(try WantedClass(text).index(in: labels) == index)
  }

  @Test("the best class has no number yet")
  func best() throws {
    #expect(try WantedClass.best.index(in: labels) == nil)
  }

  @Test("what names no class, or several, is refused")
  func refused() {
    #expect(throws: InspectionError.unknownClass(index: 4, count: 4)) { try WantedClass("4").index(in: labels) }
    #expect(throws: InspectionError.unknownClass(index: -1, count: 4)) { try WantedClass("-1").index(in: labels) }
    #expect(throws: InspectionError.unknownClassName("01", count: 4)) { try WantedClass("01").index(in: labels) }
    #expect(throws: InspectionError.unknownClassName("tab", count: 4)) { try WantedClass("tab").index(in: labels) }
    #expect(throws: InspectionError.unknownClassName("", count: 4)) { try WantedClass("").index(in: labels) }
    #expect(throws: InspectionError.severalClasses("Crane", indices: [0, 2])) {
      try WantedClass("Crane").index(in: labels)
    }
  }
}
