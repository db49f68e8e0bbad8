import Drawings

/// How it was learned: calibration, learning curve, choices, fine-tuning.
extension ReportPage {
  var calibration: [MarkupElement]? {
    guard !report.calibration.bins.isEmpty else { return nil }
    let diagram = ReliabilityDiagram(
      title: "Calibration", summary: wording.calibrationSentence,
      bins: report.calibration.bins.map { bin in
        ReliabilityDiagram.Bin(
          images: bin.images, confidence: bin.confidence, accuracy: bin.accuracy,
          interval: AccuracyWhisker.interval(accuracy: bin.accuracy, images: bin.images))
      })
    return [
      HTML.paragraph(wording.calibrationSentence), HTML.figure(diagram.document),
      HTML.paragraph(
        "Each dot stands for the answers of about equal probability; on the dashed line, of those with 80 % eight in ten "
          + "are right. Dots below it promise too much. Logits were divided by a temperature of "
          + "\(Numbers.fixed(report.calibration.temperature, 2)), which is part of the published last layer.", "quiet"),
    ]
  }

  var learningCurve: [MarkupElement]? {
    let curve = report.learningCurve.filter { $0.images > 0 }.sorted { $0.images < $1.images }
    guard let sentence = wording.curveSentence, curve.count > 1 else { return nil }
    let lines = [
      LineChart.Line(
        name: "on photos it learned from",
        points: curve.map { LineChart.Point(x: Double($0.images), y: $0.trainingAccuracy) }, isDashed: true, colour: 1),
      LineChart.Line(
        name: "on unseen photos", points: curve.map { LineChart.Point(x: Double($0.images), y: $0.accuracy) },
        colour: 0),
    ]
    let chart = LineChart(
      title: "Learning curve", summary: sentence, xTitle: "Photos to learn from (logarithmic)",
      yTitle: "Accuracy", x: .logarithmic(at: curve.map { Double($0.images) }, unit: .count),
      y: Axis(around: lines.flatMap { $0.points.map(\.y) }, unit: .percent, bounds: 0...1), lines: lines, width: 640)
    return [HTML.paragraph(sentence), HTML.figure(chart.document)]
  }

  var head: [MarkupElement]? {
    let candidates = report.candidates.enumerated().map { index, candidate -> [HTML.Cell] in
      [
        index == 0
          ? .elements([MarkupElement("span", ["class": "chosen"], text: candidate.head)]) : .text(candidate.head),
        .number(candidate.penalty.map(Numbers.short) ?? Numbers.none),
        .number(Numbers.percent(candidate.accuracy, 1)),
        .number("± " + Numbers.fixed(candidate.standardError * 100, 1)),
        .number(Numbers.fixed(candidate.loss, 3)),
      ]
    }
    guard !candidates.isEmpty || !report.reason.isEmpty else { return nil }
    return (report.reason.isEmpty ? [] : [HTML.paragraph(report.reason)])
      + (candidates.isEmpty ? [] : [candidateNote, candidateTable(candidates)])
  }

  private var candidateNote: MarkupElement {
    HTML.paragraph(
      "Heads that cross-validation within the training photos compared, the chosen one first, with the standard error of "
        + "the accuracy in points and the mean cross-entropy in nats.", "quiet")
  }

  private func candidateTable(_ rows: [[HTML.Cell]]) -> MarkupElement {
    let limit = 12
    let columns = [
      ("Head", false), ("Penalty", true), ("Accuracy", true), ("Standard error", true), ("Loss", true),
    ]
    let first = HTML.table(columns, Array(rows.prefix(limit)))
    guard rows.count > limit else { return first }
    let rest = HTML.details("\(rows.count - limit) more", [HTML.table(columns, Array(rows.dropFirst(limit)))])
    return MarkupElement("div", [:], [first, rest])
  }

  var fineTuning: [MarkupElement]? {
    report.fineTuning.map { tuning in
      [HTML.paragraph(outcome(tuning)), HTML.paragraph(effort(tuning), "quiet")]
        + (tuning.epochs.isEmpty ? [] : [HTML.block("pair", charts(tuning.epochs))])
    }
  }

  private func outcome(_ tuning: AdaptationReport.FineTuning) -> String {
    let gain = tuning.accuracy - tuning.headAccuracy
    return "On the validation photos the head alone was right in \(Numbers.percent(tuning.headAccuracy, 1)), after "
      + "fine-tuning the network was in \(Numbers.percent(tuning.accuracy, 1)): a difference of \(Phrase.points(gain)) "
      + "with a standard error of \(Phrase.points(tuning.standardError)). "
      + (tuning.isAccepted
        ? "A gain of more than one standard error was asked for, so the fine-tuned network was published."
        : "A gain of more than one standard error was asked for, so the head alone stays published.")
  }

  private func effort(_ tuning: AdaptationReport.FineTuning) -> String {
    "\(Numbers.count(tuning.trainedParameters)) values were trained at a learning rate of "
      + "\(Numbers.short(tuning.learningRate)); everything up to \(Phrase.quoted(tuning.frozenUpTo)) was kept as it was."
  }

  private func charts(_ epochs: [AdaptationReport.FineTuning.Epoch]) -> [MarkupElement] {
    func line(
      _ name: String, _ colour: Int, isDashed: Bool = false, _ value: (AdaptationReport.FineTuning.Epoch) -> Double
    )
      -> LineChart.Line
    {
      LineChart.Line(
        name: name, points: epochs.map { LineChart.Point(x: Double($0.epoch), y: value($0)) }, isDashed: isDashed,
        colour: colour)
    }
    return [
      chart(
        "Loss", .number,
        [line("training", 1, isDashed: true, \.trainLoss), line("validation", 0, \.validationLoss)], epochs),
      chart("Accuracy", .percent, [line("validation", 0, \.validationAccuracy)], epochs),
    ]
  }

  private func chart(
    _ name: String, _ unit: Axis.Unit, _ lines: [LineChart.Line], _ epochs: [AdaptationReport.FineTuning.Epoch]
  ) -> MarkupElement {
    let numbers = Set(epochs.map { Double($0.epoch) }).sorted()
    let axis = Axis(ticks: numbers.count > 1 ? numbers : [(numbers.first ?? 1) - 1, numbers.first ?? 1], unit: .count)
    return HTML.figure(
      LineChart(
        title: "\(name) over the epochs of fine-tuning", summary: "\(Phrase.counted(epochs.count, "epoch")).",
        xTitle: "Epoch",
        yTitle: name, x: axis,
        y: Axis(
          around: lines.flatMap { $0.points.map(\.y) }, unit: unit, bounds: unit == .percent ? 0...1 : nil,
          isFromZero: unit == .number), lines: lines, width: 408
      ).document)
  }
}

/// How sure the accuracy of a bin is, at 95 %.
enum AccuracyWhisker {
  static func interval(accuracy: Double, images: Int) -> ClosedRange<Double>? {
    // A report from elsewhere may hold anything.
    guard images > 0, (0...1).contains(accuracy) else { return nil }
    let ends = AccuracyInterval.wilson(share: accuracy, count: images)
    return ends[0]...ends[1]
  }
}
