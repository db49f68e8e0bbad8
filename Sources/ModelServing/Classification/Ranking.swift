import Glibc

/// From logits to the best classes.
package enum Ranking {
  /// Scores of one image, averaged over its crops: probabilities or logits, whichever is asked for
  /// (ten-crop testing averages the softmax outputs: Krizhevsky et al., 2012, section 4.1).
  static func scores(crops: [[Float]], kind: ScoreKind) -> [Float] {
    let scored = kind == .probability ? crops.map(softmax) : crops
    guard scored.count > 1 else { return scored[0] }
    return scored[0].indices.map { index in
      scored.reduce(0) { $0 + $1[index] } / Float(scored.count)
    }
  }

  /// The `count` highest scores, best first; of equal ones the lower index first.
  package static func best(_ count: Int, of scores: [Float]) -> [(index: Int, score: Float)] {
    let order = scores.indices.sorted { left, right in
      scores[left] != scores[right] ? scores[left] > scores[right] : left < right
    }
    return order.prefix(count).map { ($0, scores[$0]) }
  }

  package static func softmax(_ logits: [Float]) -> [Float] {
    let largest = logits.max() ?? 0
    let exponentials = logits.map { expf($0 - largest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
