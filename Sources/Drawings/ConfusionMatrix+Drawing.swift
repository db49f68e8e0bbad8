extension ConfusionMatrix {
  /// As many rows as can be read in one picture.
  public static let rowLimit = 25

  /// The counts in cells whose colour is their share of the row: what is right in blue, what is wrong in vermillion.
  ///
  /// Beyond 25 classes those with the most mistakes are drawn, and all others together.
  ///
  /// - Parameter title: what was evaluated.
  public func document(title: String, summary: String) -> SVGDocument {
    let (matrix, folded) = folded(to: Self.rowLimit)
    let grid = ConfusionGrid(matrix: matrix, foldedClasses: folded)
    return SVGDocument(width: grid.width, height: grid.height, title: title, summary: summary, grid.elements)
  }
}

/// Where the parts of a confusion matrix lie.
private struct ConfusionGrid {
  let matrix: ConfusionMatrix
  /// How many classes the last row stands for; none with 0.
  let foldedClasses: Int

  private static let nameWidth = 150.0
  private static let titleHeight = 20.0
  private static let scaleHeight = 56.0

  private var count: Int { matrix.names.count }
  private var cell: Double { count <= 5 ? 64 : count <= 10 ? 48 : count <= 16 ? 36 : 26 }
  private var textSize: Double { count <= 5 ? 15 : count <= 10 ? 13 : 11 }
  private var widestName: Double {
    min(Self.nameWidth, matrix.names.map { TextWidth.estimated($0, size: 12) }.max() ?? 0)
  }
  private var left: Double { 24 + widestName + 8 }
  /// The columns' names lean to the right by 45 degrees where there is room for that, and stand upright elsewhere.
  private var areNamesUpright: Bool { count > 16 }
  /// How far they reach, upwards and to the right of their column.
  private var reach: (up: Double, right: Double) {
    areNamesUpright ? (widestName, 0) : (widestName * 0.7071, widestName * 0.7071)
  }
  private var top: Double { Self.titleHeight + reach.up + 20 }
  private var side: Double { Double(count) * cell }
  private var scaleWidth: Double { 360 }

  var width: Double { max(left + side + reach.right + 8, left + scaleWidth) }
  var height: Double { top + side + Self.scaleHeight }

  var elements: [MarkupElement] {
    [
      SVG.text(left, 12, "Prediction", fill: .quietInk),
      SVG.text(24 + widestName, top - 10, "Label", anchor: .end, fill: .quietInk),
      SVG.rectangle(x: left, y: top, width: side, height: side, fill: .paleGround),
    ] + matrix.names.indices.flatMap(names) + matrix.names.indices.flatMap(row) + lines + scale
  }

  private func names(_ index: Int) -> [MarkupElement] {
    let middle = (Double(index) + 0.5) * cell
    let (x, y) = (left + middle + (areNamesUpright ? 4 : 0), top - 8)
    let column = SVG.name(x, y, matrix.names[index], width: Self.nameWidth)
    return [
      SVG.name(left - 8, top + middle + 4, matrix.names[index], width: Self.nameWidth, anchor: .end),
      column.with("transform", "rotate(\(areNamesUpright ? -90 : -45) \(SVG.place(x)) \(SVG.place(y)))"),
    ]
  }

  private func row(_ label: Int) -> [MarkupElement] {
    let total = matrix.counts[label].reduce(0, +)
    return matrix.names.indices.filter { matrix.counts[label][$0] > 0 }.map { predicted in
      let share = Double(matrix.counts[label][predicted]) / Double(total)
      return cell(label, predicted, fill: colour(label, predicted, share), share: share)
    }
  }

  private func colour(_ label: Int, _ predicted: Int, _ share: Double) -> Colour {
    // Among the others, right and wrong lie in one cell.
    if foldedClasses > 0, label == count - 1, predicted == count - 1 { return .gridLine }
    return Self.colour(isRight: label == predicted, share: share)
  }

  /// A single mistake among many is still to be seen.
  private static func colour(isRight: Bool, share: Double) -> Colour {
    Colour.white.mixed(with: isRight ? .blue : .vermillion, share: 0.15 + 0.85 * share)
  }

  private func cell(_ label: Int, _ predicted: Int, fill: Colour, share: Double) -> MarkupElement {
    let images = matrix.counts[label][predicted]
    let (x, y) = (left + Double(predicted) * cell, top + Double(label) * cell)
    let note =
      "\(matrix.names[label]), taken for \(matrix.names[predicted]): \(Numbers.count(images)) "
      + "(\(Numbers.percent(share)) of the row)"
    return MarkupElement(
      "g", [:],
      [
        MarkupElement("title", text: note),
        SVG.rectangle(x: x, y: y, width: cell, height: cell, fill: fill),
        SVG.text(
          x + cell / 2, y + cell / 2 + textSize * 0.35, text(images), anchor: .middle, size: textSize,
          fill: fill.textOnTop),
      ])
  }

  /// As it fits into a cell.
  private func text(_ images: Int) -> String {
    let whole = String(images)
    let isNarrow = TextWidth.estimated(whole, size: textSize) > cell - 2
    guard isNarrow else { return whole }
    return images < 1_000_000 ? "\(images / 1000)k" : "\(images / 1_000_000)M"
  }

  private var lines: [MarkupElement] {
    (0...count).flatMap { index in
      let place = Double(index) * cell
      return [
        SVG.line(left + place, top, left + place, top + side, stroke: .white),
        SVG.line(left, top + place, left + side, top + place, stroke: .white),
      ]
    }
  }

  private var scale: [MarkupElement] {
    let y = top + side + 24
    return bar(isRight: true, x: left, y: y, name: "right") + bar(isRight: false, x: left + 180, y: y, name: "wrong")
  }

  private func bar(isRight: Bool, x: Double, y: Double, name: String) -> [MarkupElement] {
    let steps = 10
    return (0..<steps).map { step in
      let share = Double(step) / Double(steps - 1)
      let colour = Self.colour(isRight: isRight, share: share)
      return SVG.rectangle(x: x + Double(step) * 12, y: y, width: 12, height: 10, fill: colour)
    } + [
      SVG.text(x, y + 24, "0 %", size: 11, fill: .quietInk),
      SVG.text(x + 60, y + 24, name, anchor: .middle, size: 11, fill: .quietInk),
      SVG.text(x + 120, y + 24, "100 %", anchor: .end, size: 11, fill: .quietInk),
    ]
  }
}
