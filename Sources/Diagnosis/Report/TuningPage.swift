import Drawings

/// `report.html`: the seven steps as one file, with plots of the evidence. Equal reports give equal bytes.
public struct TuningPage: Sendable {
  let report: TuningReport

  public init(report: TuningReport) { self.report = report }

  public var html: String {
    PageFrame.page(
      title: "\(report.subject.architecture) on \(report.subject.data): seven steps",
      [header] + report.steps.map(section))
  }

  private var header: MarkupElement {
    let subject = report.subject
    return MarkupElement(
      "header", [:],
      [
        MarkupElement(
          "h1", nodes: [.element(HTML.name(subject.architecture)), .text(" on "), .element(HTML.name(subject.data))]),
        HTML.paragraph("Seven steps to its hyperparameters", "quiet"),
        HTML.paragraph(verdict), facts,
      ] + [command].compactMap(\.self) + [links])
  }

  private var verdict: String {
    let unfinished = report.isComplete ? "" : " The run ended before step \(report.steps.count + 1)."
    guard !report.faults.isEmpty else {
      return (report.isComplete ? "No step found a fault." : "No fault was found so far.") + unfinished
    }
    let named = report.faults.map { "step \($0.step): \($0.fault.name)" }.joined(separator: "; ")
    return "Faults: \(named)." + unfinished
  }

  private var facts: MarkupElement {
    let subject = report.subject
    let best = report.conclusion?.best.validationAccuracy
    return HTML.block(
      "facts",
      [
        ("Images to train with", Numbers.count(subject.trainingImages)),
        ("Held out", Numbers.count(subject.validationImages)),
        ("Share that was used", report.work.map { Numbers.percent($0.share) } ?? Numbers.none),
        ("Budget", report.work.map { Numbers.duration($0.budgetSeconds) } ?? Numbers.none),
        ("Images a second", report.work.map { Numbers.short($0.imagesPerSecond.rounded()) } ?? Numbers.none),
        ("Best on held out", best.map { Numbers.percent($0, 1) } ?? Numbers.none),
      ].map { name, value in HTML.block("fact", [HTML.paragraph(name, "quiet"), HTML.paragraph(value, "value")]) })
  }

  private var command: MarkupElement? {
    report.command.map { command in
      HTML.block(
        "advice", [HTML.heading("What to train with"), MarkupElement("pre", text: command)])
    }
  }

  private var links: MarkupElement {
    MarkupElement(
      "nav", ["aria-label": "Steps"],
      report.steps.map { MarkupElement("a", ["href": "#step-\($0.step)"], text: "\($0.step). \($0.verdict.rawValue)") })
  }

  private func section(_ outcome: StepOutcome) -> MarkupElement {
    let mark = MarkupElement("span", ["class": "mark \(outcome.verdict.rawValue)"], text: outcome.verdict.rawValue)
    let time = MarkupElement("span", ["class": "quiet"], text: " \(Numbers.duration(outcome.seconds))")
    return MarkupElement(
      "section", ["id": "step-\(outcome.step)"],
      [
        MarkupElement("h2", text: "\(outcome.step). \(StepOutcome.title(of: outcome.step))"),
        MarkupElement("p", [:], [mark, time]), HTML.paragraph(outcome.summary),
      ] + advice(outcome) + EvidencePlots(outcome).elements)
  }

  private func advice(_ outcome: StepOutcome) -> [MarkupElement] {
    guard !outcome.advice.isEmpty else { return [] }
    let items = outcome.advice.map { MarkupElement("li", text: $0) }
    return [HTML.block("advice", [HTML.heading("What follows"), MarkupElement("ul", [:], items)])]
  }
}

extension TuningFault {
  /// In words.
  public var name: String { rawValue.split(separator: "_").joined(separator: " ") }
}
