import Foundation
import Testing

@testable import Adaptation

@Suite struct SuspectLabelsTests {
  /// 300 handwritten digits, of which 15 have another digit's label.
  private struct Golden: Decodable {
    let labels: [Int]
    let truth: [Int]
    let flipped: [Int]
    let probabilities: [[Double]]
    let normalizedMargin: [Double]
    let confidentLearning: [Int]
  }

  private let golden: Golden

  init() throws {
    golden = try AuditFixtures.golden("labels.json")
  }

  @Test("the ranking is that of cleanlab's normalised margin")
  func ranking() {
    let ranking = SuspectLabels.ranking(labels: golden.labels, probabilities: golden.probabilities)
    #expect(ranking.sorted() == Array(golden.labels.indices))
    let scores = ranking.map { golden.normalizedMargin[$0] }
    #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 <= $1 + 1e-6 })
  }

  @Test("suspects are those of cleanlab's confident learning, the worst first")
  func suspects() {
    let suspects = SuspectLabels.suspects(labels: golden.labels, probabilities: golden.probabilities)
    #expect(Set(suspects.map(\.index)) == Set(golden.confidentLearning))
    #expect(!suspects.isEmpty)
    let scores = suspects.map { golden.normalizedMargin[$0.index] }
    #expect(scores == scores.sorted())
    #expect(suspects.allSatisfy { $0.suggested != golden.labels[$0.index] && $0.confidence > 0 })
  }

  @Test("of flipped labels at least four in five are in the first tenth")
  func flipped() {
    let ranking = SuspectLabels.ranking(labels: golden.labels, probabilities: golden.probabilities)
    let first = Set(ranking.prefix(ranking.count / 10))
    let found = golden.flipped.count { first.contains($0) }
    #expect(found * 5 >= golden.flipped.count * 4, "\(found) of \(golden.flipped.count)")
  }

  @Test("a suspect names its file, its label and the class that it looks like")
  func names() {
    let found = SuspectLabels.find(
      labels: [0, 0, 1, 1, 0], probabilities: [[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.05, 0.95]],
      classes: ["cat", "dog"], files: ["a", "b", "c", "d", "e"])
    #expect(found == [DataAudit.SuspectLabel(file: "e", label: "cat", suggested: "dog", confidence: 0.95)])
  }

  @Test("no images, no suspects; a class without images is suggested to nobody")
  func few() {
    #expect(SuspectLabels.suspects(labels: [], probabilities: []).isEmpty)
    #expect(SuspectLabels.ranking(labels: [], probabilities: []).isEmpty)
    #expect(SuspectLabels.suspects(labels: [0, 0], probabilities: [[0.4, 0.6], [0.45, 0.55]]).isEmpty)
  }
}
