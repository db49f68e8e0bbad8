import Drawings

extension Curve {
  /// A run that ends while images held out are still classified better with each epoch, at a rate that is not yet low.
  ///
  /// Accuracy goes in jumps where images are few, and the loss goes down before answers change: either is enough.
  var stillRising: CurveFinding? {
    guard epochs > 5, remainingRate >= 0.2 else { return nil }
    guard let accuracies = tail(\.validationAccuracy) else {
      return tail(\.trainLoss).flatMap { falling($0, "training loss", ", and there are no validation images") }
    }
    if let finding = rising(accuracies) { return finding }
    // Of answers that are nearly all right only the confidence still grows.
    guard lastValidationAccuracy ?? 0 < 0.97 else { return nil }
    return tail(\.validationLoss).flatMap { falling($0, "validation loss", "") }
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

  private func falling(_ losses: [Double], _ name: String, _ remark: String) -> CurveFinding? {
    let line = RobustLine(losses)
    guard -line.change >= 0.1 * losses[losses.count - 1], line.isSloped, -line.change > 2 * line.spread else {
      return nil
    }
    return CurveFinding(
      .stillRising,
      "The \(name) fell by \(Numbers.percent(-line.change / losses[0], 1)) in the last \(losses.count) epochs\(remark).",
      advice: longer,
      numbers: [
        "epochs": Double(losses.count), "fall": -line.change, "spread": line.spread,
        "last_loss": losses[losses.count - 1],
      ])
  }

  private var longer: String { "Train for longer: about twice the epochs." }

  func points(_ difference: Double) -> String { Numbers.fixed(difference * 100, 1) + " points" }
}
