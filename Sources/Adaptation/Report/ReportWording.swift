import Drawings

/// What a report's figures say, in sentences: for the page and for the terminal.
struct ReportWording {
  let report: AdaptationReport

  var matrix: ConfusionMatrix { ConfusionMatrix(names: report.classes.map(\.name), counts: squareConfusion) }

  /// A report from elsewhere may lack rows; a drawing is no place to fail.
  private var squareConfusion: [[Int]] {
    let count = report.classes.count
    return (0..<count).map { label in
      (0..<count).map { predicted in
        let row = report.confusion.indices.contains(label) ? report.confusion[label] : []
        return row.indices.contains(predicted) ? max(0, row[predicted]) : 0
      }
    }
  }

  var evaluated: Int { squareConfusion.joined().reduce(0, +) }
  var right: Int { squareConfusion.indices.reduce(0) { $0 + squareConfusion[$1][$1] } }

  /// Nothing where the report has none.
  var interval: ClosedRange<Double>? {
    guard report.accuracyInterval.count == 2, report.accuracyInterval[0] <= report.accuracyInterval[1] else {
      return nil
    }
    return report.accuracyInterval[0]...report.accuracyInterval[1]
  }

  var isSurelyBetterThanGuessing: Bool { (interval?.lowerBound ?? 0) > report.baselines.majority }

  /// How good it is, how sure that is, and what guessing would give.
  var verdict: [String] {
    guard evaluated > 0 else { return ["No image was left to evaluate the classifier on."] }
    return [howOftenRight, certainty, guessing].compactMap(\.self)
  }

  private var howOftenRight: String {
    let share = Numbers.cautiousPercent(report.accuracy)
    return switch report.evaluation {
    case .testSet:
      "Of \(Phrase.counted(evaluated, "test image")), which \(evaluated == 1 ? "was" : "were") looked at once, "
        + "after every choice, \(Numbers.count(right)) \(right == 1 ? "was" : "were") classified rightly: \(share)."
    case .crossValidation:
      "Of \(Phrase.counted(evaluated, "image")), each classified by a classifier that had not seen it, "
        + "\(Numbers.count(right)) \(right == 1 ? "was" : "were") classified rightly: \(share)."
    }
  }

  private var certainty: String? {
    interval.map {
      "With 95 % certainty the share on further photos like these lies between "
        + "\(Numbers.cautiousPercent($0.lowerBound)) and \(Numbers.cautiousPercent($0.upperBound))."
    }
  }

  private var guessing: String {
    "Always guessing the commonest class would give \(Numbers.cautiousPercent(report.baselines.majority))"
      + (isSurelyBetterThanGuessing ? "." : ": that the classifier is better than that is not certain.")
  }

  /// The most frequent confusions.
  func confusions(_ limit: Int) -> [String] {
    let matrix = matrix
    return matrix.confusions.prefix(limit).map { confusion in
      let total = matrix.counts[confusion.label].reduce(0, +)
      return
        "\(Phrase.quoted(matrix.names[confusion.label])) was taken for \(Phrase.quoted(matrix.names[confusion.predicted])) "
        + "in \(Numbers.count(confusion.images)) of \(Phrase.counted(total, "image"))"
    }
  }

  /// What an accuracy over the number of images says about further photos.
  enum CurveReading: Hashable {
    /// By how much the accuracy grew from at most half of the images to all of them.
    case rises(from: Int, to: Int, gain: Double)
    case isLevel(from: Int, to: Int, gain: Double)
  }

  /// Nothing with fewer than two points.
  var curve: CurveReading? {
    let points = report.learningCurve.sorted { $0.images < $1.images }
    guard let last = points.last, points.count > 1 else { return nil }
    let half = points.last { $0.images * 2 <= last.images } ?? points[points.count - 2]
    let gain = last.accuracy - half.accuracy
    return gain >= 0.01
      ? .rises(from: half.images, to: last.images, gain: gain)
      : .isLevel(from: half.images, to: last.images, gain: gain)
  }

  var curveSentence: String? {
    switch curve {
    case .rises(let from, let to, let gain):
      "From \(Numbers.count(from)) to \(Numbers.count(to)) images the accuracy on unseen ones rose by "
        + "\(Phrase.points(gain)). The curve still rises: more photos are likely to help."
    case .isLevel(let from, let to, let gain):
      "From \(Numbers.count(from)) to \(Numbers.count(to)) images the accuracy on unseen ones changed by "
        + "\(Phrase.points(gain)). The curve is level: more photos of the same kind will hardly help; "
        + "clearer labels, other views or a larger base may."
    case nil: nil
    }
  }

  var isCalibrated: Bool { report.calibrationError <= report.calibration.perfectErrorQuantile }

  /// How far a probability can be believed.
  var calibrationSentence: String {
    let error = Phrase.points(report.calibrationError)
    let bound = Phrase.points(report.calibration.perfectErrorQuantile)
    return isCalibrated
      ? "Probabilities and shares that were right differ by \(error) on average. With as many images, chance alone "
        + "gives up to \(bound), so nothing speaks against believing them."
      : "Probabilities and shares that were right differ by \(error) on average, more than the \(bound) that chance "
        + "explains: the classifier is \(tendency) than its answers deserve."
  }

  private var tendency: String {
    let bins = report.calibration.bins
    let surplus = bins.reduce(0) { $0 + Double($1.images) * ($1.confidence - $1.accuracy) }
    return surplus > 0 ? "surer" : "less sure"
  }
}
