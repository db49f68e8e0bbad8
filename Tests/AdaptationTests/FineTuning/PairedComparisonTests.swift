import Testing

@testable import Adaptation

@Suite struct PairedComparisonTests {
  /// Scores of two classes, so that the right one or the wrong one is best.
  private static func scores(_ isRight: Bool, confidence: Float = 1) -> [Float] {
    isRight ? [confidence, 0] : [0, confidence]
  }

  private static func comparison(both: Int, gained: Int, lost: Int, neither: Int = 0) -> PairedComparison {
    let pairs =
      [(Bool, Bool)](repeating: (true, true), count: both) + .init(repeating: (false, true), count: gained)
      + .init(repeating: (true, false), count: lost) + .init(repeating: (false, false), count: neither)
    return PairedComparison(
      first: pairs.map { scores($0.0) }, second: pairs.map { scores($0.1) }, labels: pairs.map { _ in 0 })
  }

  @Test(
    "the second is taken where it gains more than the standard error",
    arguments: [
      (27, 1, 0, false), (26, 2, 0, true), (24, 3, 1, false), (20, 5, 1, true), (0, 10, 20, false), (12, 9, 6, false),
      (8, 2, 0, true), (9, 1, 0, false),
    ])
  func accuracy(both: Int, gained: Int, lost: Int, isTaken: Bool) {
    let comparison = Self.comparison(both: both, gained: gained, lost: lost)
    #expect(comparison.prefersSecond == isTaken)
    let count = Double(both + gained + lost)
    #expect(comparison.accuracies == (Double(both + lost) / count, Double(both + gained) / count))
  }

  @Test("the standard error is that of Agresti and Min's adjusted pairs")
  func standardError() {
    // (7.5 + 2.5 - 5^2 / 102)^(1/2) / 102, by hand.
    #expect(abs(PairedComparison.standardError(gained: 7, lost: 2, images: 100) - 0.030_620_43) < 1e-7)
  }

  @Test("of equal accuracies the loss decides, where its change is beyond its standard error")
  func ties() {
    let labels = [Int](repeating: 0, count: 8)
    let unsure = (0..<8).map { Self.scores(true, confidence: 1 + Float($0) / 10) }
    let surer = unsure.map { [$0[0] + 1, $0[1]] }
    #expect(PairedComparison(first: unsure, second: surer, labels: labels).prefersSecond)
    #expect(!PairedComparison(first: surer, second: unsure, labels: labels).prefersSecond)
    #expect(!PairedComparison(first: unsure, second: unsure, labels: labels).prefersSecond)
    let mixed = unsure.enumerated().map { [$1[0] + ($0 % 2 == 0 ? 0.5 : -0.45), $1[1]] }
    #expect(!PairedComparison(first: unsure, second: mixed, labels: labels).prefersSecond)
  }

  @Test("the loss is the mean cross-entropy")
  func losses() {
    let comparison = PairedComparison(first: [[0, 0], [0, 0]], second: [[1, 0], [3, 0]], labels: [0, 1])
    #expect(abs(comparison.losses.first - 0.693_147_18) < 1e-8)
    // log(1 + e^-1) and log(1 + e^3).
    #expect(abs(comparison.losses.second - (0.313_261_69 + 3.048_587_35) / 2) < 1e-7)
  }

  @Test("the reason says what was taken, by which figures")
  func reasons() {
    #expect(
      Self.comparison(both: 26, gained: 2, lost: 0, neither: 2).reason
        == "Fine-tuning is taken. Of 30 validation images the head classifies 86.7 % rightly, fine-tuned layers 93.3 %: "
        + "6.7 points more, which is beyond the standard error of the difference, 5.3 points.")
    #expect(
      Self.comparison(both: 27, gained: 1, lost: 0, neither: 2).reason
        == "The head alone is kept. Of 30 validation images the head classifies 90.0 % rightly, fine-tuned layers 93.3 %: "
        + "3.3 points more, which is not beyond the standard error of the difference, 4.4 points.")
    #expect(
      Self.comparison(both: 8, gained: 0, lost: 2).reason
        == "The head alone is kept. Of 10 validation images the head classifies 100.0 % rightly, fine-tuned layers 80.0 %: "
        + "20.0 points less.")
    #expect(
      Self.comparison(both: 8, gained: 0, lost: 0).reason.hasPrefix(
        "The head alone is kept. Of 8 validation images both classify 100.0 % rightly; the loss goes from 0.313 to 0.313"
      ))
  }
}
