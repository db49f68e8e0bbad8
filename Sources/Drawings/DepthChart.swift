/// Bars along the depth of one or two networks: a strip for each quantity, a bar for each layer, from the first at the left
/// to the last at the right.
///
/// What kind of layer a bar is shows in its colour. Each strip has a scale of its own, so that where most of a quantity lies
/// is seen, whatever the networks' sizes.
public struct DepthChart: Hashable, Sendable {
  /// What colours tell apart.
  public struct Kind: Hashable, Sendable {
    public let name: String
    public let colour: Colour
    /// For style sheets.
    public let cssClass: String

    public init(name: String, colour: Colour, cssClass: String) {
      (self.name, self.colour, self.cssClass) = (name, colour, cssClass)
    }
  }

  public struct Bar: Hashable, Sendable {
    public let name: String
    public let kind: Int

    public init(name: String, kind: Int) { (self.name, self.kind) = (name, kind) }
  }

  public struct Strip: Hashable, Sendable {
    public let title: String
    /// All bars together, and the highest, beside the title.
    public let total: String
    /// One for each bar.
    public let values: [Double]
    /// What each value says, with all of its digits.
    public let notes: [String]

    public init(title: String, total: String, values: [Double], notes: [String]) {
      (self.title, self.total, self.values, self.notes) = (title, total, values, notes)
    }
  }

  public struct Column: Hashable, Sendable {
    public let title: String
    public let subtitle: String
    public let bars: [Bar]
    public let strips: [Strip]

    /// - Precondition: every strip has a value and a note for each bar.
    public init(title: String, subtitle: String, bars: [Bar], strips: [Strip]) {
      precondition(
        strips.allSatisfy { $0.values.count == bars.count && $0.notes.count == bars.count }, "a value for each bar")
      (self.title, self.subtitle, self.bars, self.strips) = (title, subtitle, bars, strips)
    }
  }

  public let title: String
  public let summary: String
  public let kinds: [Kind]
  public let columns: [Column]

  public init(title: String, summary: String, kinds: [Kind], columns: [Column]) {
    (self.title, self.summary, self.kinds, self.columns) = (title, summary, kinds, columns)
  }

  private static let margin = 24.0
  private static let aisle = 48.0
  private static let headHeight = 56.0
  private static let legendHeight = 32.0
  private static let barHeight = 88.0
  private static let captionHeight = 32.0
  private static let gap = 24.0
  /// A name needs so much of the depth.
  private static let namePitch = 14.0

  public var document: SVGDocument {
    var x = Self.margin
    var elements = legend
    for column in columns {
      elements += drawn(column, left: x)
      x += width(column) + Self.aisle
    }
    return SVGDocument(
      width: max(x - Self.aisle + Self.margin, legendWidth), height: height, title: title, summary: summary, elements)
  }

  /// So wide that a network of few layers is no smaller than one of many.
  private func pitch(_ column: Column) -> Double {
    let count = Double(max(column.bars.count, 1))
    let wanted = columns.count > 1 ? 560.0 : 912.0
    let pitch = wanted / count
    return pitch >= 40 ? 40 : pitch >= 8 ? (pitch / 2).rounded(.down) * 2 : max((pitch * 2).rounded(.down) / 2, 1)
  }

  private func width(_ column: Column) -> Double {
    max(pitch(column) * Double(column.bars.count), 320)
  }

  private func hasNames(_ column: Column) -> Bool { pitch(column) >= Self.namePitch }

  private var stripCount: Int { columns.map(\.strips.count).max() ?? 0 }

  private var nameHeight: Double {
    let names = columns.filter(hasNames).flatMap { $0.bars.map { TextWidth.estimated($0.name, size: 11) } }
    return min((names.max() ?? 0), 120) + 16
  }

  private var stripHeight: Double { Self.captionHeight + Self.barHeight + Self.gap }

  private var height: Double {
    let bottom = Self.margin + Self.legendHeight + Self.headHeight + Double(stripCount) * stripHeight + nameHeight
    return (bottom / 8).rounded(.up) * 8
  }

  // MARK: - Legend

  private var legendPlaces: [Double] {
    kinds.reduce(into: [Self.margin]) { places, kind in
      places.append(places[places.count - 1] + 20 + TextWidth.estimated(kind.name, size: 12) + 16)
    }
  }

  private var legendWidth: Double { legendPlaces[kinds.count] + Self.margin }

  private var legend: [MarkupElement] {
    zip(kinds, legendPlaces).flatMap { kind, x in
      [
        SVG.rectangle(x: x, y: Self.margin, width: 12, height: 12, fill: kind.colour).with("class", kind.cssClass),
        SVG.text(x + 20, Self.margin + 10, kind.name, fill: .quietInk).with("class", "label"),
      ]
    }
  }

  // MARK: - Columns

  private func drawn(_ column: Column, left: Double) -> [MarkupElement] {
    let top = Self.margin + Self.legendHeight
    let head = [
      SVG.name(left, top + 16, column.title, width: width(column), size: 16, isBold: true).with("class", "name"),
      SVG.name(left, top + 36, column.subtitle, width: width(column), fill: .quietInk).with("class", "label"),
    ]
    let strips = column.strips.enumerated().flatMap { index, strip in
      drawn(strip, column, left: left, top: top + Self.headHeight + Double(index) * stripHeight)
    }
    let bottom = top + Self.headHeight + Double(column.strips.count) * stripHeight - Self.gap
    return head + strips + (hasNames(column) ? names(column, left: left, top: bottom + 8) : [])
  }

  private func drawn(_ strip: Strip, _ column: Column, left: Double, top: Double) -> [MarkupElement] {
    let right = left + width(column)
    let (ceiling, floor) = (top + Self.captionHeight, top + Self.captionHeight + Self.barHeight)
    let largest = strip.values.max() ?? 0
    return [
      SVG.text(left, top + 16, strip.title, isBold: true).with("class", "name"),
      SVG.text(right, top + 16, strip.total, anchor: .end, fill: .quietInk).with("class", "number"),
      SVG.line(left, ceiling, right, ceiling, stroke: .gridLine).with("class", "grid"),
    ]
      + column.bars.indices.map { bar($0, strip, column, left: left, floor: floor, largest: largest) }
      + [SVG.line(left, floor, right, floor, stroke: .axisLine).with("class", "axis")]
  }

  private func bar(
    _ index: Int, _ strip: Strip, _ column: Column, left: Double, floor: Double, largest: Double
  ) -> MarkupElement {
    let (pitch, kind) = (pitch(column), kinds[column.bars[index].kind])
    let space = pitch >= 8 ? 2.0 : pitch >= 4 ? 1 : 0
    let share = largest > 0 ? strip.values[index] / largest : 0
    // What is there is seen, however little it is.
    let height = strip.values[index] > 0 ? max(1, share * Self.barHeight) : 0
    return SVG.rectangle(
      x: left + Double(index) * pitch + space / 2, y: floor - height, width: pitch - space, height: height,
      fill: kind.colour
    ).with("class", kind.cssClass).titled(strip.notes[index])
  }

  /// Upright, below the bars.
  private func names(_ column: Column, left: Double, top: Double) -> [MarkupElement] {
    let pitch = pitch(column)
    return column.bars.indices.map { index in
      let x = left + (Double(index) + 0.5) * pitch + 4
      return SVG.name(x, top, column.bars[index].name, width: 120, anchor: .end, size: 11, fill: .quietInk)
        .with("transform", "rotate(-90 \(SVG.place(x)) \(SVG.place(top)))").with("class", "label")
    }
  }
}
