import Foundation

extension LearningCurve {
  /// The curve as SVG: the loss in nats on the left and the accuracy in percent on the right, for training and
  /// validation, over the epochs. Equal values give equal bytes.
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
