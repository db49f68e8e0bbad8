import Drawings

/// How good it is: certainty, confusions, classes.
extension ReportPage {
  var certainty: [MarkupElement]? {
    guard wording.evaluated > 0 else { return nil }
    let baselines = report.baselines
    let rows = [
      DotPlot.Row(name: "This classifier", value: report.accuracy, interval: wording.interval, isSubject: true),
      DotPlot.Row(name: "Ridge on the same features", value: baselines.ridge),
      DotPlot.Row(name: "Nearest class mean", value: baselines.nearestMean),
      DotPlot.Row(name: "Commonest class always", value: baselines.majority),
    ]
    let plot = DotPlot(
      title: "Accuracy beside the baselines",
      summary: rows.map { "\($0.name): \(Numbers.percent($0.value, 1))." }.joined(separator: " "), rows: rows,
      axis: Axis(ticks: [0, 0.25, 0.5, 0.75, 1], unit: .percent), width: 720)
    return [
      HTML.paragraph(
        "The line through the dot is the 95 % interval: what the accuracy may be on further photos like these. "
          + "Four times as many evaluated photos would make it half as wide. "
          + "Photos of another kind (another camera, another background) are not covered by it."),
      HTML.figure(plot.document),
      HTML.paragraph(
        "The others were evaluated on the same photos. A classifier earns its keep by being better than they are.",
        "quiet"),
    ]
  }

  var confusion: [MarkupElement]? {
    guard wording.evaluated > 0 else { return nil }
    let worst = wording.confusions(8)
    guard !worst.isEmpty else {
      return [HTML.paragraph("Nothing: all \(Phrase.counted(wording.evaluated, "image")) were classified rightly.")] + [
        matrix
      ]
    }
    return [
      HTML.paragraph(
        "Each row holds the photos of one label, each column those that were taken for one class." + folding), matrix,
      HTML.heading("Most frequent"), MarkupElement("ul", [:], worst.map { MarkupElement("li", text: $0) }),
    ]
  }

  private var folding: String {
    let (shown, all) = (ConfusionMatrix.rowLimit - 1, report.classes.count)
    return all > ConfusionMatrix.rowLimit
      ? " The \(shown) classes with the most mistakes have their own; the other \(all - shown) share one." : ""
  }

  private var matrix: MarkupElement {
    HTML.figure(
      wording.matrix.document(
        title: "Confusion matrix",
        summary: "\(wording.right) of \(wording.evaluated) images lie on the diagonal. "
          + wording.confusions(3).map { $0 + "." }.joined(separator: " ")))
  }

  var classes: [MarkupElement]? {
    guard wording.evaluated > 0 else { return nil }
    let order = report.classes.indices.sorted { (f1($0), $0) < (f1($1), $1) }
    let limit = 25
    let rest = order.dropFirst(limit)
    return [
      HTML.paragraph(
        "The weakest first. Found (recall): of the photos of a class, how many were given its name. "
          + "Trustworthy (precision): of the photos that were given its name, how many are of it."),
      table(order.prefix(limit)),
    ] + (rest.isEmpty ? [] : [HTML.details("\(Numbers.count(rest.count)) more classes", [table(rest)])])
  }

  private func f1(_ index: Int) -> Double {
    let (precision, recall) = (report.classes[index].precision, report.classes[index].recall)
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
  }

  private func table(_ order: some Sequence<Int>) -> MarkupElement {
    HTML.table(
      [("Class", false), ("Photos", true), ("Found", true), ("Trustworthy", true), ("F1", true)],
      order.map { index in
        let figures = report.classes[index]
        return [
          .text(figures.name), .number(Numbers.count(figures.images)), share(figures.recall, .blue),
          share(figures.precision, .green), .number(Numbers.fixed(f1(index), 2)),
        ]
      })
  }

  /// A share as a number and a bar.
  private func share(_ share: Double, _ colour: Colour) -> HTML.Cell {
    let bar = MarkupElement(
      "svg", ["width": "96", "height": "8", "viewBox": "0 0 96 8", "aria-hidden": "true"],
      [
        SVG.rectangle(x: 0, y: 0, width: 96, height: 8, fill: .gridLine),
        SVG.rectangle(x: 0, y: 0, width: 96 * min(max(share, 0), 1), height: 8, fill: colour),
      ])
    return .elements([MarkupElement("div", ["class": "n"], nodes: [.text(Numbers.percent(share)), .element(bar)])])
  }
}
