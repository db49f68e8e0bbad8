/// Features of pictures as a network sees them, scaled to length 1.
struct FeatureTable: Sendable {
  /// Cosine from which two pictures are worth a closer look.
  static let agreement: Float = 0.85

  private let features: [[Float]]

  init(_ features: [[Float]]) {
    self.features = features.map { values in
      let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 ? values.map { $0 / length } : []
    }
  }

  /// Whether the cosine of two pictures' features is that of near-duplicates.
  func agree(_ one: Int, _ other: Int) -> Bool {
    let (one, other) = (features[one], features[other])
    guard !one.isEmpty, one.count == other.count else { return false }
    var sum: Float = 0
    for index in one.indices { sum += one[index] * other[index] }
    return sum >= Self.agreement
  }
}
