import Drawings

/// A report that can be drawn, too.
public protocol PicturedReport: Report {
  var picture: SVGDocument { get }
}
