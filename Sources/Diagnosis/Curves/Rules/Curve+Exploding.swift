import Drawings

extension Curve {
  /// A loss that is no number, that ends well above where it began, or that has lost most of what it had gained.
  var exploding: CurveFinding? {
    if hasDiverged || !isFinite { return notFinite }
    guard epochs > 1 else { return nil }
    let isHigher = lastLoss > 1.5 * firstLoss
    let gained = firstLoss - lowestLoss
    let hasFallenBack = epochs > 3 && lastLoss > 2 * lowestLoss && lastLoss - lowestLoss > 0.5 * gained && gained > 0
    guard isHigher || hasFallenBack else { return nil }
    return CurveFinding(
      .exploding,
      "The loss began at \(Numbers.short(firstLoss)), was \(Numbers.short(lowestLoss)) at its lowest, and ended at "
        + "\(Numbers.short(lastLoss)).", advice: explosionAdvice,
      numbers: ["first_loss": firstLoss, "lowest_loss": lowestLoss, "last_loss": lastLoss])
  }

  private var notFinite: CurveFinding {
    let last = losses.last(where: \.isFinite)
    let bad = points.first { !$0.trainLoss.isFinite }?.epoch ?? (points.last?.epoch ?? 0) + 1
    let before = last.map { ", after \(Numbers.short($0))" } ?? ""
    return CurveFinding(
      .exploding, "The loss became infinite or not a number in epoch \(bad)\(before).", advice: explosionAdvice,
      numbers: ["epoch": Double(bad), "last_finite_loss": last ?? .nan])
  }

  private var explosionAdvice: String {
    let tenth = (rates?.max()).map { " (\(Numbers.short($0 / 10)))" } ?? ""
    return
      "The rate is too high, or the initialisation unsuitable: try a tenth of the rate\(tenth), a warm-up of an epoch, "
      + "or shorter gradients (--clip 1)."
  }
}
