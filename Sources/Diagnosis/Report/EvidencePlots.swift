import Drawings
import Training

/// The evidence of a step as plots and tables.
struct EvidencePlots {
  private let outcome: StepOutcome

  init(_ outcome: StepOutcome) { self.outcome = outcome }

  var elements: [MarkupElement] {
    switch outcome.evidence {
    case .initialLoss(let evidence): [Self.table(evidence)]
    case .sample(let evidence): Self.plots(evidence)
    case .rates(let evidence): Self.plots(evidence)
    case .coarse(let evidence): [HTML.figure(Self.grid(evidence)), Self.table(evidence)]
    case .fine(let evidence): Self.curves(evidence.trials)
    case .curves(let evidence): [Self.table(evidence)]
    case .conclusion(let evidence):
      Self.curves([evidence.before] + evidence.rounds.map(\.run))
    case .none: []
    }
  }

  // MARK: Step 1

  private static func table(_ evidence: InitialLossEvidence) -> MarkupElement {
    HTML.table(
      [("First weights", false), ("Loss", true), ("log C", true), ("Inputs, mean", true), ("deviation", true)],
      evidence.looks.map { look in
        [
          .text(look.initialization), .number(look.loss.map { Numbers.fixed($0, 3) } ?? Numbers.none),
          .number(Numbers.fixed(evidence.expectedLoss, 3)), .number(Numbers.short(look.inputMean)),
          .number(Numbers.short(look.inputDeviation)),
        ]
      })
  }

  // MARK: Steps 2 and 3

  private static func plots(_ evidence: SampleEvidence) -> [MarkupElement] {
    let lines = evidence.attempts.filter { !$0.losses.isEmpty }.map { attempt in
      (name: "rate \(RateText.of(attempt.learningRate)), \(attempt.initialization)", losses: attempt.losses)
    }
    return LossPlot(
      title: "Loss of the sample", summary: "\(evidence.images) images, \(evidence.attempts.count) attempts.",
      xTitle: "Epoch", guess: evidence.guess, lines: lines
    ).elements
  }

  private static func plots(_ evidence: RatesEvidence) -> [MarkupElement] {
    let lines = evidence.attempts.filter { !$0.losses.isEmpty }.map { attempt in
      (
        name: "rate \(RateText.of(attempt.learningRate))" + (attempt.hasDiverged ? ", diverged" : ""),
        losses: Statistics.smoothed(attempt.losses)
      )
    }
    return LossPlot(
      title: "Loss of single steps", summary: "\(evidence.iterations) steps at each rate, medians of three.",
      xTitle: "Step", guess: evidence.guess, lines: lines
    ).elements
  }

  // MARK: Step 4

  private static func grid(_ evidence: TrialsEvidence) -> SVGDocument {
    let decays = Set(evidence.trials.map(\.weightDecay)).sorted()
    let lines = decays.map { decay in
      LineChart.Line(
        name: "weight decay \(RateText.of(decay))",
        points: evidence.trials.filter { $0.weightDecay == decay }.sorted { $0.learningRate < $1.learningRate }.map {
          LineChart.Point(
            x: $0.learningRate, y: $0.validationAccuracy,
            note: "rate \(RateText.of($0.learningRate)): \(Numbers.percent($0.validationAccuracy, 1))")
        })
    }
    let rates = Set(evidence.trials.map(\.learningRate)).sorted()
    return LineChart(
      title: "Validation accuracy of the coarse grid",
      summary: "\(evidence.trials.count) pairs of rate and weight decay.",
      xTitle: "Rate (logarithmic)", yTitle: "Validation accuracy", x: .decades(around: rates),
      y: Axis(around: evidence.trials.map(\.validationAccuracy), unit: .percent, bounds: 0...1), lines: lines,
      width: 640
    ).document
  }

  private static func table(_ evidence: TrialsEvidence) -> MarkupElement {
    HTML.table(
      [
        ("Rate", true), ("Weight decay", true), ("Training loss", true), ("Validation loss", true),
        ("Validation accuracy", true),
      ],
      evidence.trials.map { trial in
        [
          .number(RateText.of(trial.learningRate)), .number(RateText.of(trial.weightDecay)),
          .number(trial.last.map { Numbers.fixed($0.trainLoss, 3) } ?? Numbers.none),
          .number(trial.last?.validationLoss.map { Numbers.fixed($0, 3) } ?? Numbers.none),
          .number(trial.divergence == nil ? Numbers.percent(trial.validationAccuracy, 1) : "diverged"),
        ]
      })
  }

  // MARK: Steps 5 to 7

  /// Loss and accuracy of runs, side by side, on images held out and on training images.
  private static func curves(_ trials: [TrialOutcome]) -> [MarkupElement] {
    let shown = trials.filter { !$0.curve.isEmpty }
    guard !shown.isEmpty else { return [] }
    func lines(
      _ value: (CurvePoint) -> Double?, _ training: (CurvePoint) -> Double?
    ) -> [LineChart.Line] {
      shown.enumerated().flatMap { index, trial in
        let name = "rate \(RateText.of(trial.learningRate)), \(trial.schedule)"
        let held = LineChart.Line(name: name, points: points(trial, value), colour: index)
        return [
          held,
          LineChart.Line(name: name + ", training", points: points(trial, training), isDashed: true, colour: index),
        ]
      }
    }
    return [
      HTML.block(
        "pair",
        [
          chart("Loss", .number, lines(\.validationLoss, \.trainLoss), shown),
          chart("Accuracy", .percent, lines(\.validationAccuracy, \.trainAccuracy), shown),
        ])
    ]
  }

  private static func points(_ trial: TrialOutcome, _ value: (CurvePoint) -> Double?) -> [LineChart.Point] {
    trial.curve.map(CurvePoint.init).compactMap { point in
      value(point).map { LineChart.Point(x: Double(point.epoch), y: $0) }
    }
  }

  private static func chart(
    _ name: String, _ unit: Axis.Unit, _ lines: [LineChart.Line], _ trials: [TrialOutcome]
  ) -> MarkupElement {
    let epochs = trials.map(\.curve.count).max() ?? 1
    return HTML.figure(
      LineChart(
        title: name, summary: "\(name) over \(Phrase.counted(epochs, "epoch")).", xTitle: "Epoch", yTitle: name,
        x: .counting(to: epochs),
        y: Axis(
          around: lines.flatMap { $0.points.map(\.y) }, unit: unit, bounds: unit == .percent ? 0...1 : nil,
          isFromZero: unit == .number), lines: lines, width: 408
      ).document)
  }

  private static func table(_ evidence: CurvesEvidence) -> MarkupElement {
    HTML.table(
      [("Rate", true), ("Finding", false), ("What it does", false)],
      evidence.curves.flatMap { curve -> [[HTML.Cell]] in
        let rate = HTML.Cell.number(RateText.of(curve.learningRate))
        guard !curve.reading.findings.isEmpty else { return [[rate, .text(curve.reading.verdict.name), .text("")]] }
        return curve.reading.findings.map { [rate, .text($0.kind.name), .text($0.observation)] }
      })
  }
}

extension CurveFinding.Kind {
  /// In words.
  public var name: String { rawValue.split(separator: "_").joined(separator: " ") }
}

extension CurveReading.Verdict {
  /// In words.
  public var name: String { rawValue.split(separator: "_").joined(separator: " ") }
}

extension Axis {
  /// A logarithmic scale of rates, named at powers of ten.
  fileprivate static func decades(around rates: [Double]) -> Axis {
    let (low, high) = (rates.filter { $0 > 0 }.min() ?? 1e-3, rates.max() ?? 1e-1)
    var ticks = [1e-9]
    while ticks[0] * 10 <= low * 1.001 { ticks[0] *= 10 }
    while ticks[ticks.count - 1] < high || ticks.count < 2 { ticks.append(ticks[ticks.count - 1] * 10) }
    return Axis(ticks: ticks, unit: .number, isLogarithmic: true)
  }

  /// From 1, or 0, to a number of epochs or steps, with some names between.
  static func counting(to count: Int) -> Axis {
    guard count > 1 else { return Axis(ticks: [0, 1], unit: .count) }
    let every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].first { count / $0 <= 10 } ?? count / 10
    let ticks = [1.0] + stride(from: every, through: count, by: every).map(Double.init).filter { $0 > 1 }
    return Axis(ticks: ticks.last == Double(count) ? ticks : ticks + [Double(count)], unit: .count)
  }
}
