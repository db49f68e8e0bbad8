import Drawings

/// A report that can also be drawn as an SVG picture.
public protocol PicturedReport: Report {
  /// The report as one SVG document, with a title and a summary for screen readers.
  var picture: SVGDocument { get }
}
