import Foundation
import HyperparameterSearch
import TestSupport
import Testing

@Suite("Sobol sequence")
struct SobolSequenceTests {
  @Test("the first 1,000 points in 21 dimensions are SciPy's")
  func scipy() throws {
    let file = Checkout.root.appendingPathComponent("Tests/Goldens/search/sobol.json")
    let golden = try JSONDecoder().decode([[UInt32]].self, from: Data(contentsOf: file))
    try #require(golden.count == 1000)
    for dimensions in [1, 2, 7, 21] {
      let sequence = SobolSequence(dimensions: dimensions)
      for (index, point) in golden.enumerated() {
        // In 1024ths, which take ten of the 32 bits.
        #expect(
          sequence.point(index) == point.prefix(dimensions).map { $0 << 22 },
          "point \(index) in \(dimensions) dimensions; Tests/Goldens/search/sobol.py makes them anew")
      }
    }
  }
}
