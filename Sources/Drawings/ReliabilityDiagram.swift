/// Whether a probability can be believed: how often answers were right over how sure they were.
///
/// A dot for each bin, where a perfect classifier's dots lie on the diagonal, with whiskers as far as chance explains,
/// and below it the number of images in each bin. (Guo et al., 2017, draw bars; with few images dots without whiskers
/// claim too much.)
public struct ReliabilityDiagram: Hashable, Sendable {
  public struct Bin: Hashable, Sendable {
    public let images: Int
    /// Mean probability of the best class.
    public let confidence: Double
    /// Share of the images whose best class is their label.
    public let accuracy: Double
    /// How sure the accuracy is.
    public let interval: ClosedRange<Double>?

    public init(images: Int, confidence: Double, accuracy: Double, interval: ClosedRange<Double>? = nil) {
      (self.images, self.confidence, self.accuracy, self.interval) = (images, confidence, accuracy, interval)
    }
  }

  public let title: String
  public let summary: String
  public let bins: [Bin]

  public init(title: String, summary: String, bins: [Bin]) {
    (self.title, self.summary) = (title, summary)
    self.bins = bins.sorted { $0.confidence < $1.confidence }
  }

  private static let countsHeight = 56.0

  public var document: SVGDocument {
    let shares = Axis(ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], unit: .percent)
    let frame = PlotFrame(left: 56, top: 32, width: 300, height: 300, x: shares, y: shares)
    return SVGDocument(
      width: frame.right + 84, height: frame.bottom + 72 + Self.countsHeight, title: title, summary: summary,
      frame.grid(xTitle: "Probability that was given", yTitle: "Share that was right")
        + [diagonal(frame), diagonalName(frame)] + bins.flatMap { dot($0, frame) } + counts(frame))
  }

  private func diagonal(_ frame: PlotFrame) -> MarkupElement {
    SVG.line(frame.left, frame.bottom, frame.right, frame.top, stroke: .axisLine, width: 1.5, dashes: "5 4")
  }

  private func diagonalName(_ frame: PlotFrame) -> MarkupElement {
    SVG.text(frame.right + 6, frame.top + 4, "as promised", size: 11, fill: .quietInk)
  }

  private func dot(_ bin: Bin, _ frame: PlotFrame) -> [MarkupElement] {
    let (x, y) = frame.point(bin.confidence, bin.accuracy)
    let whisker = bin.interval.map {
      SVG.whisker(from: (x, frame.y($0.lowerBound)), to: (x, frame.y($0.upperBound)), stroke: .blue)
    }
    let note =
      "\(bin.images) \(bin.images == 1 ? "image" : "images") with \(Numbers.percent(bin.confidence)) on average, "
      + "\(Numbers.percent(bin.accuracy)) right"
    return (whisker ?? []) + [SVG.circle(x, y, radius: 5, fill: .blue).titled(note)]
  }

  private func counts(_ frame: PlotFrame) -> [MarkupElement] {
    let base = frame.bottom + 64 + Self.countsHeight
    let largest = Double(max(1, bins.map(\.images).max() ?? 1))
    var (elements, free) = ([SVG.line(frame.left, base, frame.right, base, stroke: .axisLine)], -Double.infinity)
    for bin in bins {
      let x = frame.x(bin.confidence)
      let height = max(1, (Self.countsHeight - 16) * Double(bin.images) / largest)
      elements.append(SVG.rectangle(x: x - 7, y: base - height, width: 14, height: height, fill: .skyBlue))
      let (label, half) = (Numbers.count(bin.images), TextWidth.estimated("\(bin.images)", size: 11) / 2)
      guard x - half > free else { continue }
      elements.append(SVG.text(x, base - height - 4, label, anchor: .middle, size: 11, fill: .quietInk))
      free = x + half + 2
    }
    return elements + [SVG.text(frame.right + 12, base - 2, "images", size: 11, fill: .quietInk)]
  }
}
