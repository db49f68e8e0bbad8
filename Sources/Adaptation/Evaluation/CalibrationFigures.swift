import Training

/// How far the probability of the best class can be believed.
struct CalibrationFigures: Sendable {
  static let binCount = 10

  /// Expected calibration error with bins of equal width: Naeini et al., Obtaining Well Calibrated Probabilities Using
  /// Bayesian Binning, 2015; Guo et al., 2017.
  let error: Double
  let bins: [AdaptationReport.Calibration.Bin]
  /// The 95th percentile of the error that a perfectly calibrated classifier of the same confidences shows.
  let perfectErrorQuantile: Double

  init(_ predictions: Predictions, seed: UInt64) {
    let confidences = predictions.logits.map { Probabilities.of($0).max() ?? 0 }
    let isRight = (0..<predictions.count).map(predictions.isRight)
    let places = confidences.map(Self.bin)
    error = Self.error(confidences, isRight, places)
    bins = (0..<Self.binCount).compactMap { bin in
      let members = places.indices.filter { places[$0] == bin }
      guard !members.isEmpty else { return nil }
      let count = Double(members.count)
      return AdaptationReport.Calibration.Bin(
        images: members.count, confidence: members.reduce(0) { $0 + confidences[$1] } / count,
        accuracy: Double(members.count { isRight[$0] }) / count)
    }
    perfectErrorQuantile = Self.quantile(confidences, places, seed: seed)
  }

  private static func bin(_ confidence: Double) -> Int { min(Int(confidence * Double(binCount)), binCount - 1) }

  private static func error(_ confidences: [Double], _ isRight: [Bool], _ places: [Int]) -> Double {
    guard !confidences.isEmpty else { return 0 }
    var differences = [Double](repeating: 0, count: binCount)
    for index in confidences.indices { differences[places[index]] += confidences[index] - (isRight[index] ? 1 : 0) }
    return differences.reduce(0) { $0 + abs($1) } / Double(confidences.count)
  }

  /// Draws outcomes that are right with just the probability that was claimed.
  private static func quantile(_ confidences: [Double], _ places: [Int], seed: UInt64) -> Double {
    let draws = 1000
    var generator = CounterGenerator(seed: seed, stream: .perfectCalibration)
    let errors = (0..<draws).map { _ in
      error(confidences, confidences.map { generator.bool(probability: $0) }, places)
    }
    return errors.sorted()[draws * 95 / 100]
  }
}
