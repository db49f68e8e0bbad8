import Drawings

extension Curve {
  /// A gap between images that were learned from and others that is wide, or less wide while the validation loss grows.
  var overfitting: CurveFinding? {
    let rise = validationLossRise
    let isWide = gap.map { $0 >= 0.1 } ?? false
    let isGrowing = (gap.map { $0 >= 0.04 } ?? true) && (rise ?? 0) >= 0.1
    guard isWide || isGrowing else { return nil }
    let accuracies = gap.map { gap in
      "At the end \(Numbers.percent(lastTrainAccuracy!, 1)) of the training images are right and "
        + "\(Numbers.percent(lastValidationAccuracy!, 1)) of those held out, \(points(gap)) fewer. "
    }
    let losses = (rise ?? 0) >= 0.1 ? "The validation loss is \(Numbers.percent(rise!)) above its lowest. " : ""
    return CurveFinding(
      .gap, ((accuracies ?? "") + losses).trimmedEnd,
      advice:
        "It overfits: regularise more (weight decay, augmentation, label smoothing, dropout), or gather more data.",
      numbers: [
        "gap": gap ?? .nan, "train_accuracy": lastTrainAccuracy ?? .nan,
        "validation_accuracy": lastValidationAccuracy ?? .nan, "validation_loss_rise": rise ?? .nan,
      ])
  }

  /// Training images that are classified no better than others, and neither of them well.
  var underfitting: CurveFinding? {
    guard epochs > 5, let gap, let accuracy = lastTrainAccuracy, gap < 0.02, accuracy < 0.85 else { return nil }
    return CurveFinding(
      .noGap,
      "At the end \(Numbers.percent(accuracy, 1)) of the training images are right and "
        + "\(Numbers.percent(lastValidationAccuracy!, 1)) of those held out: no gap of two points.",
      advice: "It underfits: train for longer, take a larger network or a higher rate, or regularise less.",
      numbers: ["gap": gap, "train_accuracy": accuracy, "validation_accuracy": lastValidationAccuracy!])
  }

  /// What the validation loss at the end is above its lowest, as a part of that, while the training loss went on falling.
  private var validationLossRise: Double? {
    let values = points.compactMap(\.validationLoss).filter(\.isFinite)
    guard values.count == epochs, let last = lastValidationLoss else { return nil }
    let smoothed = Statistics.smoothed(values)
    let (place, lowest) = zip(smoothed.indices, smoothed).min { $0.1 < $1.1 }!
    guard lowest > 0, lastLoss < losses[place], last - lowest > 2 * Statistics.noise(values) else { return 0 }
    return last / lowest - 1
  }
}

extension String {
  fileprivate var trimmedEnd: String { hasSuffix(" ") ? String(dropLast()) : self }
}
