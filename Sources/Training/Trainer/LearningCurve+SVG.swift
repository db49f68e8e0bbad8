import Foundation

extension LearningCurve {
  /// The curve as a picture: loss on the left, accuracy on the right. Equal values give equal bytes.
  public var svg: String {
    let loss = CurvePanel(
      title: "Loss", left: 0, epochs: epochs.map(\.epoch),
      lines: [("training", epochs.map(\.trainLoss)), ("validation", epochs.map(\.validationLoss))])
    let accuracy = CurvePanel(
      title: "Accuracy in %", left: CurvePanel.width, epochs: epochs.map(\.epoch),
      lines: [
        ("training", epochs.map { $0.trainAccuracy * 100 }),
        ("validation", epochs.map { $0.validationAccuracy.map { $0 * 100 } }),
      ])
    return CurvePanel.picture(title: title, [loss, accuracy])
  }
}
