/// What a classifier says of images that it was not made with.
struct Predictions: Hashable, Sendable {
  /// Places in the data set.
  var images: [Int]
  var labels: [Int]
  /// `[images][classes]`
  var logits: [[Float]]

  var count: Int { images.count }

  var accuracy: Double {
    guard count > 0 else { return 0 }
    return Double((0..<count).count { isRight($0) }) / Double(count)
  }

  var loss: Double {
    guard count > 0 else { return 0 }
    return zip(logits, labels).reduce(0) { $0 + Probabilities.loss($1.0, label: $1.1) } / Double(count)
  }

  func isRight(_ index: Int) -> Bool { Probabilities.best(logits[index]) == labels[index] }

  mutating func append(_ other: Predictions) {
    images += other.images
    labels += other.labels
    logits += other.logits
  }

  /// With all logits divided.
  func divided(by temperature: Double) -> Predictions {
    var scaled = self
    scaled.logits = logits.map { $0.map { Float(Double($0) / temperature) } }
    return scaled
  }
}
