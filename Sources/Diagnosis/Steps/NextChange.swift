import Drawings
import Training

/// What follows from a reading for the next run.
struct NextChange {
  let settings: TrainingSettings
  /// What is changed, in words.
  let text: String

  /// The first thing that a curve says, made into settings; nothing where it says nothing.
  ///
  /// - Parameter mostEpochs: what the budget allows.
  static func following(_ reading: CurveReading, _ settings: TrainingSettings, mostEpochs: Int) -> NextChange? {
    guard let finding = reading.findings.first else { return nil }
    var next = settings
    switch finding.kind {
    case .exploding, .stepTooEarly:
      next.learningRate /= 3
      return NextChange(settings: next, text: "a third of the rate")
    case .flatFromStart:
      next.learningRate *= 3
      return NextChange(settings: next, text: "three times the rate")
    case .flatAfterFalling:
      next.schedule = .cosine(CosineSchedule())
      return NextChange(settings: next, text: "a rate that falls as a cosine")
    case .stillRising:
      next.epochs = min(2 * settings.epochs, max(mostEpochs, settings.epochs))
      next.schedule = .cosine(CosineSchedule())
      let length = next.epochs > settings.epochs ? "\(next.epochs) epochs and " : ""
      return NextChange(settings: next, text: "\(length)a rate that falls as a cosine")
    case .gap: return regularised(next)
    case .noGap:
      next.learningRate *= 2
      next.epochs = min(2 * settings.epochs, max(mostEpochs, settings.epochs))
      return NextChange(settings: next, text: "twice the rate, and \(next.epochs) epochs")
    }
  }

  private static func regularised(_ settings: TrainingSettings) -> NextChange {
    var next = settings
    let decay = max(5e-4, 5 * settings.optimizer.weightDecay)
    next.optimizer.weightDecay = decay
    next.labelSmoothing = max(0.1, settings.labelSmoothing)
    next.schedule = .cosine(CosineSchedule())
    return NextChange(
      settings: next,
      text:
        "a weight decay of \(RateText.of(decay)), a label smoothing of \(Numbers.short(next.labelSmoothing)) and a rate "
        + "that falls as a cosine")
  }
}
