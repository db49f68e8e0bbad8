/// Lines over a common scale: learning curves, losses over epochs, accuracy over the number of images.
public struct LineChart: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public let x: Double
    public let y: Double
    /// How sure `y` is.
    public let interval: ClosedRange<Double>?
    /// What shows under the pointer; the values where there is none.
    public let note: String?

    public init(x: Double, y: Double, interval: ClosedRange<Double>? = nil, note: String? = nil) {
      (self.x, self.y, self.interval, self.note) = (x, y, interval, note)
    }
  }

  public struct Line: Hashable, Sendable {
    public let name: String
    public let points: [Point]
    public let isDashed: Bool
    /// The place in `Colour.series`; its own place among the lines where there is none.
    public let colour: Int?

    public init(name: String, points: [Point], isDashed: Bool = false, colour: Int? = nil) {
      self.name = name
      self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
      (self.isDashed, self.colour) = (isDashed, colour)
    }

    fileprivate var hasWhiskers: Bool { points.contains { $0.interval != nil } }
  }

  public let title: String
  public let summary: String
  public let xTitle: String
  public let yTitle: String
  public let x: Axis
  public let y: Axis
  public let lines: [Line]
  public let width: Double
  /// Of the area between the axes.
  public let plotHeight: Double

  /// - Parameters:
  ///   - width: of the whole, in pixels.
  ///   - plotHeight: of the area between the axes.
  public init(
    title: String, summary: String, xTitle: String, yTitle: String, x: Axis, y: Axis, lines: [Line],
    width: Double = 560, plotHeight: Double = 200
  ) {
    (self.title, self.summary) = (title, summary)
    (self.xTitle, self.yTitle) = (xTitle, yTitle)
    (self.x, self.y, self.lines, self.width) = (x, y, lines, width)
    self.plotHeight = plotHeight
  }

  public var document: SVGDocument {
    let legend = Legend(entries: lines.indices.map(entry), width: width)
    let frame = PlotFrame(
      left: 52, top: legend.height + 32, width: width - 88, height: plotHeight, x: x, y: y, inset: hasWhiskers ? 20 : 0)
    return SVGDocument(
      width: width, height: frame.bottom + 44, title: title, summary: summary,
      legend.elements(left: 0, top: 0) + frame.grid(xTitle: xTitle, yTitle: yTitle)
        + lines.indices.flatMap { drawn($0, in: frame) })
  }

  private func colour(_ index: Int) -> Colour {
    Colour.series[(lines[index].colour ?? index) % Colour.series.count]
  }

  private func entry(_ index: Int) -> Legend.Entry {
    Legend.Entry(name: lines[index].name, colour: colour(index), dashes: dashes(index))
  }

  /// Beyond the last colour they begin anew, with another pattern.
  private func dashes(_ index: Int) -> String? {
    if lines[index].isDashed { return "6 4" }
    return (lines[index].colour ?? index) < Colour.series.count ? nil : "2 4"
  }

  private func drawn(_ index: Int, in frame: PlotFrame) -> [MarkupElement] {
    let (line, colour) = (lines[index], colour(index))
    let aside = aside(index)
    func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) { (frame.x(x) + aside, frame.y(y)) }
    let path = SVG.path(line.points.map { place($0.x, $0.y) }, stroke: colour, dashes: dashes(index))
    let whiskers = line.points.flatMap { point in
      point.interval.map {
        SVG.whisker(from: place(point.x, $0.lowerBound), to: place(point.x, $0.upperBound), stroke: colour)
      } ?? []
    }
    return whiskers + (line.points.count > 1 ? [path] : [])
      + line.points.map { dot($0, line, at: place($0.x, $0.y), colour) }
  }

  private var hasWhiskers: Bool { lines.contains(where: \.hasWhiskers) }

  /// Whiskers at the same place would hide one another, so lines that have some stand beside each other.
  private func aside(_ index: Int) -> Double {
    let whiskered = lines.indices.filter { lines[$0].hasWhiskers }
    guard let place = whiskered.firstIndex(of: index) else { return 0 }
    return (Double(place) - Double(whiskered.count - 1) / 2) * min(7, 30 / Double(whiskered.count))
  }

  private func dot(_ point: Point, _ line: Line, at place: (x: Double, y: Double), _ colour: Colour) -> MarkupElement {
    let value = point.note ?? "\(self.x.label(point.x)): \(self.y.label(point.y))"
    return SVG.circle(place.x, place.y, radius: line.points.count > 40 ? 2 : 4, fill: colour).titled(
      "\(line.name), \(value)")
  }
}
