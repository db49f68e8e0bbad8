/// A curve with what all rules ask of it.
struct Curve {
  let points: [CurvePoint]
  /// Classes of the data, where they are known.
  let classCount: Int?
  /// Whether the run ended because a loss or weights became infinite or no numbers.
  let hasDiverged: Bool

  /// Epochs below which a curve says nothing but that it explodes.
  static let leastEpochs = 5

  var losses: [Double] { points.map(\.trainLoss) }
  var smoothedLosses: [Double] { Statistics.smoothed(losses) }
  var epochs: Int { points.count }
  var isFinite: Bool { losses.allSatisfy(\.isFinite) }

  /// The loss of the first epoch.
  var firstLoss: Double { losses.first ?? .nan }

  /// The lowest loss, single lucky epochs aside.
  var lowestLoss: Double { smoothedLosses.min() ?? .nan }

  /// Where the loss ends: the median of the last three epochs.
  var lastLoss: Double { Self.end(losses) }

  var lastTrainAccuracy: Double? { end(\.trainAccuracy) }
  var lastValidationAccuracy: Double? { end(\.validationAccuracy) }
  var lastValidationLoss: Double? { end(\.validationLoss) }

  /// What the accuracy on training images is above that on images held out.
  var gap: Double? {
    guard let training = lastTrainAccuracy, let validation = lastValidationAccuracy else { return nil }
    return training - validation
  }

  /// A value of the last epochs, a third of all and five at least: what a run comes to.
  func tail(_ value: (CurvePoint) -> Double?) -> [Double]? {
    let values = points.suffix(max(5, epochs / 3)).map(value)
    let known = values.compactMap(\.self).filter(\.isFinite)
    return known.count == values.count && known.count > 2 ? known : nil
  }

  /// The rate of each epoch; nothing where one is unknown.
  var rates: [Double]? {
    let rates = points.compactMap(\.learningRate)
    return rates.count == points.count && rates.allSatisfy { $0.isFinite && $0 >= 0 } ? rates : nil
  }

  /// The rate at the end as a part of the highest one; 1 where no rate is known.
  var remainingRate: Double {
    guard let rates, let highest = rates.max(), highest > 0 else { return 1 }
    return (rates.last ?? highest) / highest
  }

  /// Whether the answers at the end are no better than guesses: a classifier that guesses among C classes has a loss of log C
  /// and is right once in C times. One that has learned is right more often than exp(-loss).
  var isGuessing: Bool {
    // A smoothed loss stays high in a network that is nearly always right: where the accuracy is known, it decides.
    guard let accuracy = lastTrainAccuracy else {
      return classCount.map { lastLoss > 0.85 * Double($0).logarithm } ?? true
    }
    return accuracy < 0.6 && accuracy < 2 * (classCount.map { 1 / Double($0) } ?? (-lastLoss).exponential)
  }

  private func end(_ value: (CurvePoint) -> Double?) -> Double? {
    let values = points.suffix(3).compactMap(value).filter(\.isFinite)
    return values.isEmpty ? nil : Statistics.median(values)
  }

  private static func end(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : Statistics.median(values.suffix(3))
  }
}
