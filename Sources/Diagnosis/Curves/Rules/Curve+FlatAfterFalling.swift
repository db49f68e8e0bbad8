import Drawings

extension Curve {
  /// A loss that fell and then stays where it is, while the rate is as high as ever and there is something left to learn.
  var flatAfterFalling: CurveFinding? {
    guard epochs >= 8, firstLoss - lowestLoss > 0.15 * firstLoss, remainingRate >= 0.5,
      let tail = tail(\.trainLoss), lastTrainAccuracy ?? 0 < 0.98, lastLoss > 0.05
    else { return nil }
    let line = RobustLine(tail)
    let (fell, level) = (-line.change, Statistics.median(tail))
    // Neither a fall that counts beside the level, nor one that counts beside all that was gained.
    guard fell < 0.03 * level, fell < 0.05 * (firstLoss - lowestLoss) else { return nil }
    return CurveFinding(
      .flatAfterFalling,
      "The loss fell from \(Numbers.short(firstLoss)) to \(Numbers.short(level)), and in the last \(tail.count) epochs by "
        + "\(Numbers.percent(max(fell, 0) / level, 1)) more, at \(rateText).",
      advice:
        "Decay the rate from here: --schedule cosine or one-cycle, or a step to a tenth where the loss goes flat.",
      numbers: [
        "first_loss": firstLoss, "level": level, "flat_epochs": Double(tail.count), "fall": fell,
        "spread": line.spread, "learning_rate": rates?.last ?? .nan,
      ])
  }

  private var rateText: String {
    (rates?.last).map { "a rate of \(Numbers.short($0)) that was not lowered" }
      ?? "a rate that is not known to be lower"
  }
}
