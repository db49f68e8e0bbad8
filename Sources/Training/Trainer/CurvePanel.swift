import Foundation

/// One diagram of learning curves: lines over epochs.
struct CurvePanel {
  static let width = 400
  /// With one row of names below the plot.
  private static let height = 280
  /// Of the plot within the panel.
  private static let area = (left: 56.0, top: 36.0, width: 324.0, height: 196.0)
  /// As many lines as a panel has at most.
  static let colours = ["#3465a4", "#cc5500", "#4e9a06", "#75507b", "#a40000", "#555753"]

  /// Panels side by side. Equal values give equal bytes.
  static func picture(title: String, _ panels: [CurvePanel]) -> String {
    let rows = panels.map(\.legend.rowCount).max() ?? 1
    let height = height + (rows - 1) * CurveLegend.rowHeight
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width * panels.count) \(height)" \
      font-family="sans-serif" font-size="12">
      <title>\(escaped(title))</title>
      <rect width="100%" height="100%" fill="#ffffff"/>
      \(panels.map(\.svg).joined(separator: "\n"))
      </svg>

      """
  }

  let title: String
  /// Where the panel begins in the picture.
  let left: Int
  let epochs: [Int]
  /// The lines with their names. A line has one value for each epoch, `nil` for an epoch without a value.
  let lines: [(name: String, values: [Double?])]

  private var legend: CurveLegend { CurveLegend(names: lines.map(\.name), width: Self.area.width - 8) }

  var svg: String {
    let axis = CurveAxis(lines.flatMap(\.values).compactMap(\.self).filter(\.isFinite))
    let places = legend.places
    return
      (["<g transform=\"translate(\(left) 0)\">", text(200, 18, title, anchor: "middle")]
      + axis.ticks.flatMap { tick(axis, $0) } + epochTicks.map(epochTick)
      + zip(lines, Self.colours).enumerated().flatMap { plot($1.0, $1.1, places[$0], axis) } + ["</g>"])
      .joined(separator: "\n")
  }

  /// At most eight epochs, the last one always.
  private var epochTicks: [Int] {
    let every = max(1, (epochs.count + 7) / 8)
    return epochs.filter { ($0 - (epochs.last ?? 0)) % every == 0 }
  }

  private func x(_ epoch: Int) -> Double {
    let (first, last) = (Double(epochs.first ?? 1), Double(epochs.last ?? 1))
    return Self.area.left + Self.area.width * (last > first ? (Double(epoch) - first) / (last - first) : 0.5)
  }

  private func y(_ value: Double, _ axis: CurveAxis) -> Double {
    Self.area.top + Self.area.height * (1 - axis.place(of: value))
  }

  private func tick(_ axis: CurveAxis, _ value: Double) -> [String] {
    let (y, right) = (y(value, axis), Self.area.left + Self.area.width)
    return [
      "<line x1=\"\(decimal(Self.area.left))\" y1=\"\(decimal(y))\" x2=\"\(decimal(right))\" y2=\"\(decimal(y))\" "
        + "stroke=\"#dddddd\"/>",
      text(Self.area.left - 6, y + 4, axis.label(value), anchor: "end"),
    ]
  }

  private func epochTick(_ epoch: Int) -> String {
    text(x(epoch), Self.area.top + Self.area.height + 18, String(epoch), anchor: "middle")
  }

  private func plot(
    _ line: (name: String, values: [Double?]), _ colour: String, _ place: CurveLegend.Place, _ axis: CurveAxis
  ) -> [String] {
    let points = zip(epochs, line.values).compactMap { epoch, value -> String? in
      guard let value, value.isFinite else { return nil }
      return "\(decimal(x(epoch))),\(decimal(y(value, axis)))"
    }
    guard !points.isEmpty else { return [] }
    let legend = (
      x: Self.area.left + 8 + place.x, y: Double(Self.height) - 10 + Double(place.row * CurveLegend.rowHeight)
    )
    // A single point has no line; a round end makes it a dot.
    return [
      "<polyline points=\"\((points.count == 1 ? points + points : points).joined(separator: " "))\" fill=\"none\" "
        + "stroke=\"\(colour)\" stroke-width=\"2\" stroke-linecap=\"round\"/>",
      "<rect x=\"\(decimal(legend.x))\" y=\"\(decimal(legend.y - 8))\" width=\"14\" height=\"4\" fill=\"\(colour)\"/>",
      text(legend.x + CurveLegend.indent, legend.y, line.name, anchor: "start", squeezedTo: place.squeezedWidth),
    ]
  }

  /// - Parameter squeezedTo: the width that the text has; nil: its own.
  private func text(
    _ x: Double, _ y: Double, _ text: String, anchor: String, squeezedTo width: Double? = nil
  ) -> String {
    let length = width.map { " textLength=\"\(decimal($0))\" lengthAdjust=\"spacingAndGlyphs\"" } ?? ""
    return "<text x=\"\(decimal(x))\" y=\"\(decimal(y))\" text-anchor=\"\(anchor)\"\(length)>\(escaped(text))</text>"
  }
}

/// A scale of round numbers that holds some values.
private struct CurveAxis {
  let ticks: [Double]
  private let decimals: Int

  init(_ values: [Double]) {
    let low = values.min() ?? 0
    let high = max(values.max() ?? 1, low + 1e-6)
    let rough = (high - low) / 4
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let (first, last) = (floor(low / step), ceil(high / step))
    ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    decimals = max(0, -Int(floor(log10(step) + 1e-9)))
  }

  /// 0 at the lowest tick, 1 at the highest.
  func place(of value: Double) -> Double { (value - ticks[0]) / (ticks[ticks.count - 1] - ticks[0]) }

  func label(_ value: Double) -> String { String(format: "%.\(decimals)f", value) }
}

private func decimal(_ value: Double) -> String { String(format: "%.1f", value) }

/// Text between tags (XML 1.0, section 2.4).
private func escaped(_ text: String) -> String {
  text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    .replacingOccurrences(of: ">", with: "&gt;")
}
