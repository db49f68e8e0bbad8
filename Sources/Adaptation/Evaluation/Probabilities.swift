import Glibc

/// Softmax and cross-entropy of logits, in double precision.
enum Probabilities {
  static func of(_ logits: [Float], temperature: Double = 1) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let exponentials = logits.map { exp((Double($0) - largest) / temperature) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }

  /// `-log p[label]` in nats.
  static func loss(_ logits: [Float], label: Int, temperature: Double = 1) -> Double {
    let largest = Double(logits.max() ?? 0)
    let sum = logits.reduce(0.0) { $0 + exp((Double($1) - largest) / temperature) }
    return log(sum) - (Double(logits[label]) - largest) / temperature
  }

  /// The best class; of equal ones the first, as serving ranks them.
  static func best(_ logits: [Float]) -> Int {
    logits.indices.max { logits[$0] < logits[$1] || (logits[$0] == logits[$1] && $0 > $1) } ?? 0
  }
}
