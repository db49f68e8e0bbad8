/// The learning curves of several runs in one picture.
public struct CurveComparison: Sendable {
  /// The largest number of runs in a picture, one for each colour.
  public static let mostRuns = CurvePanel.colours.count

  private let runs: [(name: String, curve: [EpochRecord])]

  /// A comparison of named runs, each with its epochs in order.
  ///
  /// - Precondition: there are 1 to `mostRuns` runs.
  public init(_ runs: [(name: String, curve: [EpochRecord])]) {
    precondition((1...Self.mostRuns).contains(runs.count), "a picture has 1 to \(Self.mostRuns) runs")
    self.runs = runs
  }

  /// The picture as SVG: the training error on the left and the validation accuracy on the right, both in percent
  /// over the epochs. Equal values give equal bytes.
  public var svg: String {
    let epochs = Array(1...(runs.map(\.curve.count).max() ?? 1))
    func lines(_ value: (EpochRecord) -> Double?) -> [(name: String, values: [Double?])] {
      runs.map { run in (run.name, epochs.map { $0 <= run.curve.count ? value(run.curve[$0 - 1]) : nil }) }
    }
    return CurvePanel.picture(
      title: "Learning curves of " + runs.map(\.name).joined(separator: ", "),
      [
        CurvePanel(
          title: "Training error in %", left: 0, epochs: epochs, lines: lines { (1 - $0.trainAccuracy) * 100 }),
        CurvePanel(
          title: "Validation accuracy in %", left: CurvePanel.width, epochs: epochs,
          lines: lines { $0.validationAccuracy.map { $0 * 100 } }),
      ])
  }
}
