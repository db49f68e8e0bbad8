/// The area between two axes, with its grid and the names at its edges.
struct PlotFrame {
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  let x: Axis
  let y: Axis
  /// How far within the area the ends of the x axis lie.
  var inset = 0.0

  var right: Double { left + width }
  var bottom: Double { top + height }

  func x(_ value: Double) -> Double { left + inset + (width - 2 * inset) * x.place(of: value) }
  func y(_ value: Double) -> Double { bottom - height * y.place(of: value) }
  func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) { (self.x(x), self.y(y)) }

  /// Lines across at the ticks, their values, and what the axes are.
  func grid(xTitle: String, yTitle: String) -> [MarkupElement] {
    y.ticks.flatMap(acrossLine) + [SVG.line(left, bottom, right, bottom, stroke: .axisLine)] + xLabels
      + [
        SVG.text(left + width / 2, bottom + 36, xTitle, anchor: .middle, fill: .quietInk),
        SVG.text(0, top - 14, yTitle, fill: .quietInk),
      ]
  }

  private func acrossLine(at value: Double) -> [MarkupElement] {
    [
      SVG.line(left, y(value), right, y(value), stroke: .gridLine),
      SVG.text(left - 8, y(value) + 4, y.label(value), anchor: .end, fill: .quietInk),
    ]
  }

  /// From the right: the last value is always named, the others where there is room.
  private var xLabels: [MarkupElement] {
    var (labels, free): ([MarkupElement], Double) = ([], .infinity)
    for value in x.ticks.reversed() {
      let (place, half) = (x(value), TextWidth.estimated(x.label(value), size: 12) / 2)
      labels.append(SVG.line(place, bottom, place, bottom + 4, stroke: .axisLine))
      guard place + half + 6 < free else { continue }
      labels.append(SVG.text(place, bottom + 18, x.label(value), anchor: .middle, fill: .quietInk))
      free = place - half
    }
    return labels
  }
}
