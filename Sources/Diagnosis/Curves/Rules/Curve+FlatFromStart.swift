import Drawings

extension Curve {
  /// A loss that never falls, while the answers stay guesses.
  var flatFromStart: CurveFinding? {
    let fall = firstLoss - lastLoss
    guard fall < 0.05 * firstLoss, isGuessing else { return nil }
    let accuracy = lastTrainAccuracy.map { " \(Numbers.percent($0, 1)) of the training images are right." } ?? ""
    return CurveFinding(
      .flatFromStart,
      "The loss went from \(Numbers.short(firstLoss)) to \(Numbers.short(lastLoss)) in \(epochs) epochs, "
        + "\(Numbers.percent(fall / firstLoss, 1)) less.\(accuracy)",
      advice:
        "Nothing is learned: suspect the initialisation, or a rate that is much too low or much too high; then the "
        + "labels. `convserve tune` tells them apart.",
      numbers: [
        "first_loss": firstLoss, "last_loss": lastLoss, "fall": fall / firstLoss,
        "train_accuracy": lastTrainAccuracy ?? .nan,
      ])
  }

  /// A loss that stays for some epochs where it began, though the rate is not a warm-up's, and falls then.
  var flatAtFirst: CurveFinding? {
    let fall = firstLoss - lowestLoss
    guard fall > 0.2 * firstLoss else { return nil }
    let flat = smoothedLosses.prefix { $0 > firstLoss - 0.05 * fall }.count
    guard flat >= max(3, epochs / 10), !isWarmingUp(flat) else { return nil }
    return CurveFinding(
      .flatFromStart,
      "The loss stayed near \(Numbers.short(firstLoss)) for \(flat) of \(epochs) epochs before it fell to "
        + "\(Numbers.short(lowestLoss)).",
      advice:
        "Suspect the initialisation: try another one (--initialization), or batch normalisation, so that learning "
        + "begins at once.",
      numbers: ["first_loss": firstLoss, "lowest_loss": lowestLoss, "flat_epochs": Double(flat)])
  }

  private func isWarmingUp(_ flat: Int) -> Bool {
    guard let rates, let highest = rates.max(), highest > 0 else { return false }
    return Statistics.median(rates.prefix(flat)) < 0.3 * highest
  }
}
