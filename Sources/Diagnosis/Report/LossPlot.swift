import Drawings

/// Losses over steps or epochs beside that of a guess. What is far above a guess is drawn at the edge.
struct LossPlot {
  let title: String
  let summary: String
  let xTitle: String
  let guess: Double
  let lines: [(name: String, losses: [Double])]

  /// Losses above so many guesses are drawn there.
  private static let edge = 2.0

  var elements: [MarkupElement] {
    let longest = lines.map(\.losses.count).max() ?? 0
    guard longest > 0 else { return [] }
    let ceiling = Self.edge * guess
    let isCut = lines.contains { $0.losses.contains { $0 > ceiling } }
    let drawn = lines.map { line in
      LineChart.Line(
        name: line.name,
        points: line.losses.enumerated().map { index, loss in
          LineChart.Point(
            x: Double(index + 1), y: min(loss, ceiling),
            note: "\(xTitle.lowercased()) \(index + 1): \(Numbers.short(loss))")
        })
    }
    let guessed = LineChart.Line(
      name: "a guess", points: [1, Double(max(longest, 2))].map { LineChart.Point(x: $0, y: guess) }, isDashed: true,
      colour: lines.count)
    let chart = LineChart(
      title: title, summary: summary, xTitle: xTitle, yTitle: "Loss", x: .counting(to: longest),
      y: Axis(around: [guess] + drawn.flatMap { $0.points.map(\.y) }, unit: .number, isFromZero: true),
      lines: drawn + [guessed], width: 640)
    let note = HTML.paragraph("Losses above \(Numbers.fixed(ceiling, 1)) are drawn there.", "quiet")
    return [HTML.figure(chart.document)] + (isCut ? [note] : [])
  }
}
