import Drawings

/// `report.html`: a report as one file, with its pictures inside.
///
/// It has no script and takes nothing from elsewhere, and a policy in its head forbids both. The same report and pictures
/// give the same bytes.
public struct ReportPage: Sendable {
  let report: AdaptationReport
  /// JPEG or PNG, by the file names that the report uses.
  let thumbnails: [String: [UInt8]]
  let wording: ReportWording

  /// - Parameter thumbnails: small pictures (JPEG or PNG) of the files that the report names, as many as there are.
  public init(report: AdaptationReport, thumbnails: [String: [UInt8]] = [:]) {
    self.report = report
    self.thumbnails = thumbnails
    wording = ReportWording(report: report)
  }

  /// The files that the page shows as pictures where it has them: mistakes, and photos that the audit doubts.
  public static func picturedFiles(of report: AdaptationReport) -> [String] {
    var seen: Set<String> = []
    let files =
      report.mistakes.map(\.file) + report.audit.suspectLabels.prefix(suspectLimit).map(\.file)
      + report.audit.nearDuplicates.prefix(groupLimit).flatMap { $0.prefix(groupSize) }
    return files.filter { seen.insert($0).inserted }
  }

  static let suspectLimit = 20
  /// Groups of near-duplicates that are shown as pictures, and pictures of each.
  static let groupLimit = 6
  static let groupSize = 6

  /// The page.
  public var html: String {
    let parts = ReportSection.allCases.compactMap { section in content(of: section).map { (section, $0) } }
    return PageFrame.page(
      title: "\(report.model.name), version \(report.model.version): report",
      [header(parts.map(\.0))]
        + parts.map { section, content in
          MarkupElement("section", ["id": section.rawValue], [MarkupElement("h2", text: section.title)] + content)
        })
  }

  /// Nothing for a section that has nothing to say.
  private func content(of section: ReportSection) -> [MarkupElement]? {
    switch section {
    case .certainty: certainty
    case .confusion: confusion
    case .classes: classes
    case .mistakes: mistakes
    case .data: data
    case .calibration: calibration
    case .curve: learningCurve
    case .head: head
    case .fineTuning: fineTuning
    case .seconds: seconds
    case .provenance: provenance
    case .use: use
    }
  }

  private func header(_ sections: [ReportSection]) -> MarkupElement {
    let links = sections.map { MarkupElement("a", ["href": "#\($0.rawValue)"], text: $0.shortTitle) }
    return MarkupElement(
      "header", [:],
      [
        MarkupElement(
          "h1", [:],
          [
            HTML.name(report.model.name),
            MarkupElement("span", ["class": "quiet"], text: " version \(report.model.version)"),
          ]),
        HTML.paragraph(origin, "quiet"), verdict, facts,
      ] + advice(sections) + [MarkupElement("nav", ["aria-label": "Sections"], links)])
  }

  private var origin: String {
    "A classifier of \(Phrase.counted(report.classes.count, "class", plural: "classes")), adapted from "
      + "\(report.base.name) with \(Phrase.counted(report.images.used, "photo")) from \(report.data.origin)"
  }

  private var verdict: MarkupElement {
    let sentences = MarkupElement("div", [:], wording.verdict.map { HTML.paragraph($0) })
    guard wording.evaluated > 0 else { return sentences }
    let kind = wording.isSurelyBetterThanGuessing ? "big" : "big unsure"
    return HTML.block("verdict", [HTML.paragraph(Numbers.cautiousPercent(report.accuracy), kind), sentences])
  }

  private var facts: MarkupElement {
    let isEvaluated = wording.evaluated > 0
    return HTML.block(
      "facts",
      [
        ("Macro F1", isEvaluated ? Numbers.fixed(report.macroF1, 2) : Numbers.none),
        ("Calibration", isEvaluated ? "± " + Phrase.points(report.calibrationError) : Numbers.none),
        ("Learned from", Phrase.counted(report.images.training + report.images.validation, "photo")),
        ("Evaluated on", Phrase.counted(wording.evaluated, "photo")), ("Method", report.method.rawValue),
        ("Time", report.seconds.isEmpty ? Numbers.none : Numbers.duration(totalSeconds)),
      ].map { name, value in
        HTML.block("fact", [HTML.paragraph(name, "quiet"), HTML.paragraph(value, "value")])
      })
  }

  private func advice(_ sections: [ReportSection]) -> [MarkupElement] {
    let advice = ReportAdvice.all(for: report)
    guard !advice.isEmpty else { return [] }
    let items = advice.map { item in
      let link = MarkupElement("a", ["href": "#\(item.section.rawValue)"], text: "Show")
      return sections.contains(item.section)
        ? MarkupElement("li", nodes: [.text(item.text + " "), .element(link)]) : MarkupElement("li", text: item.text)
    }
    return [HTML.block("advice", [HTML.heading("What to do next"), MarkupElement("ul", [:], items)])]
  }
}
