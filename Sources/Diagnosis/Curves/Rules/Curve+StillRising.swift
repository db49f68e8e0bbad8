import Drawings

extension Curve {
  /// A run that ends while images held out are still classified better with each epoch, at a rate that is not yet low.
  var stillRising: CurveFinding? {
    guard epochs > 5, remainingRate >= 0.2 else { return nil }
    if let accuracies = tail(\.validationAccuracy) { return rising(accuracies) }
    return tail(\.trainLoss).flatMap(falling)
  }

  private func rising(_ accuracies: [Double]) -> CurveFinding? {
    let line = RobustLine(accuracies)
    guard line.change >= 0.01, line.isSloped, line.change > 2 * line.spread else { return nil }
    return CurveFinding(
      .stillRising,
      "Validation accuracy rose by \(points(line.change)) in the last \(accuracies.count) epochs, and ended at "
        + "\(Numbers.percent(accuracies[accuracies.count - 1], 1)).", advice: longer,
      numbers: [
        "epochs": Double(accuracies.count), "rise": line.change, "spread": line.spread,
        "validation_accuracy": accuracies[accuracies.count - 1],
      ])
  }

  /// Without validation: the training loss, which falls on for longer.
  private func falling(_ losses: [Double]) -> CurveFinding? {
    let line = RobustLine(losses)
    guard -line.change >= 0.1 * lastLoss, line.isSloped, -line.change > 2 * line.spread else { return nil }
    return CurveFinding(
      .stillRising,
      "The training loss fell by \(Numbers.percent(-line.change / losses[0], 1)) in the last \(losses.count) epochs, and "
        + "there are no validation images.", advice: longer,
      numbers: ["epochs": Double(losses.count), "fall": -line.change, "spread": line.spread, "last_loss": lastLoss])
  }

  private var longer: String { "Train for longer: about twice the epochs." }

  func points(_ difference: Double) -> String { Numbers.fixed(difference * 100, 1) + " points" }
}
