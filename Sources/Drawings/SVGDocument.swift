/// A drawing as a file or as a part of a page: SVG 1.1 without styles and scripts, on a white ground.
public struct SVGDocument: Hashable, Sendable {
  public let width: Double
  public let height: Double
  /// What it shows, for readers that do not see it.
  public let title: String
  /// What can be read from it, in a sentence.
  public let summary: String
  /// What it is to screen readers: `img`, of which nothing but title and summary is read, or `group` of parts that are read.
  public let role: String
  public let elements: [MarkupElement]

  public init(
    width: Double, height: Double, title: String, summary: String, role: String = "img", _ elements: [MarkupElement]
  ) {
    (self.width, self.height, self.role) = (width, height, role)
    (self.title, self.summary, self.elements) = (title, summary, elements)
  }

  /// For a page: as wide as it was drawn, or as there is room.
  public var element: MarkupElement {
    MarkupElement(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(SVG.place(width)) \(SVG.place(height))",
        "width": SVG.place(width), "height": SVG.place(height), "role": role, "aria-label": title,
        "font-family": "system-ui, sans-serif", "font-size": "12",
      ],
      [MarkupElement("title", text: title), MarkupElement("desc", text: summary)] + elements)
  }

  /// A file of its own.
  public var text: String {
    let ground = SVG.rectangle(x: 0, y: 0, width: width, height: height, fill: .white).with("class", "ground")
    let whole = SVGDocument(
      width: width, height: height, title: title, summary: summary, role: role, [ground] + elements)
    return whole.element.markup + "\n"
  }
}

/// Elements of drawings.
public enum SVG {
  public enum Anchor: String, Sendable {
    case start, middle, end
  }

  /// A coordinate to a tenth of a pixel: equal drawings are equal to the byte.
  public static func place(_ value: Double) -> String {
    let text = Numbers.fixed(value, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  public static func text(
    _ x: Double, _ y: Double, _ text: String, anchor: Anchor = .start, size: Double = 12, fill: Colour = .ink,
    isBold: Bool = false
  ) -> MarkupElement {
    var element = MarkupElement("text", ["x": place(x), "y": place(y), "fill": fill.code], text: text)
    if size != 12 { element.set("font-size", place(size)) }
    if anchor != .start { element.set("text-anchor", anchor.rawValue) }
    if isBold { element.set("font-weight", "600") }
    return element
  }

  /// A text that is shortened to a width, with the whole of it as what shows under the pointer.
  public static func name(
    _ x: Double, _ y: Double, _ name: String, width: Double, anchor: Anchor = .start, size: Double = 12,
    fill: Colour = .ink, isBold: Bool = false
  ) -> MarkupElement {
    let shortened = TextWidth.shortened(name, to: width, size: size)
    let element = text(x, y, shortened, anchor: anchor, size: size, fill: fill, isBold: isBold)
    return shortened == name ? element : element.titled(name)
  }

  public static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: Colour, width: Double = 1, dashes: String? = nil
  ) -> MarkupElement {
    var element = MarkupElement(
      "line", ["x1": place(x1), "y1": place(y1), "x2": place(x2), "y2": place(y2), "stroke": stroke.code])
    if width != 1 { element.set("stroke-width", place(width)) }
    if let dashes { element.set("stroke-dasharray", dashes) }
    return element
  }

  public static func rectangle(x: Double, y: Double, width: Double, height: Double, fill: Colour) -> MarkupElement {
    MarkupElement(
      "rect",
      [
        "x": place(x), "y": place(y), "width": place(max(0, width)), "height": place(max(0, height)), "fill": fill.code,
      ])
  }

  public static func circle(_ x: Double, _ y: Double, radius: Double, fill: Colour) -> MarkupElement {
    MarkupElement(
      "circle", ["cx": place(x), "cy": place(y), "r": place(radius), "fill": fill.code, "stroke": "#ffffff"])
  }

  public static func path(_ points: [(x: Double, y: Double)], stroke: Colour, dashes: String? = nil) -> MarkupElement {
    var element = MarkupElement(
      "polyline",
      [
        "points": points.map { "\(place($0.x)),\(place($0.y))" }.joined(separator: " "), "fill": "none",
        "stroke": stroke.code, "stroke-width": "2", "stroke-linejoin": "round", "stroke-linecap": "round",
      ])
    if let dashes { element.set("stroke-dasharray", dashes) }
    return element
  }

  /// An interval as a line with ends.
  static func whisker(from low: (x: Double, y: Double), to high: (x: Double, y: Double), stroke: Colour)
    -> [MarkupElement]
  {
    let isUpright = low.x == high.x
    let (dx, dy) = isUpright ? (4.0, 0.0) : (0.0, 4.0)
    return [line(low.x, low.y, high.x, high.y, stroke: stroke, width: 1.5)]
      + [low, high].map { line($0.x - dx, $0.y - dy, $0.x + dx, $0.y + dy, stroke: stroke, width: 1.5) }
  }
}

extension MarkupElement {
  /// The element with a text that shows under the pointer.
  func titled(_ title: String) -> MarkupElement {
    var element = self
    element.children.insert(.element(MarkupElement("title", text: title)), at: 0)
    return element
  }
}
