import Foundation
import Testing

@testable import ModelServing

@Suite("Ranking")
struct RankingTests {
  @Test("The best come first; of equal scores the lower index")
  func ties() {
    let best = Ranking.best(4, of: [1, 3, 2, 3, 3])
    #expect(best.map(\.index) == [1, 3, 4, 2])
    #expect(best.map(\.score) == [3, 3, 3, 2])
  }

  @Test("More than there are means all")
  func more() {
    #expect(Ranking.best(10, of: [1, 2]).map(\.index) == [1, 0])
  }

  @Test("Probabilities are a softmax, exact for logits far beyond what exp can hold")
  func softmax() {
    let probabilities = Ranking.softmax([1000, 1000 + log(3), -1000])
    #expect(abs(probabilities[0] - 0.25) < 1e-4)
    #expect(abs(probabilities[1] - 0.75) < 1e-4)
    #expect(probabilities[2] == 0)
  }

  @Test("Logits come as the network gave them")
  func logits() {
    #expect(Ranking.scores(crops: [[-2, 5, 0.5]], kind: .logit) == [-2, 5, 0.5])
  }

  @Test("Crops are averaged after the softmax, not before")
  func crops() {
    // By hand: softmax([0, ln 3]) = [1/4, 3/4], softmax([ln 9, 0]) = [9/10, 1/10].
    let probabilities = Ranking.scores(crops: [[0, log(3)], [log(9), 0]], kind: .probability)
    #expect(abs(probabilities[0] - 0.575) < 1e-6)
    #expect(abs(probabilities[1] - 0.425) < 1e-6)
    #expect(Ranking.scores(crops: [[1, 2], [3, 6]], kind: .logit) == [2, 4])
  }
}
