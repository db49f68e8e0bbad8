import Drawings
import Jobs

/// Why random search wins: what the trials show of their two most important parameters, beside what as many would show that were
/// chosen the other way, on a grid or at random.
///
/// After Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, 2012, figure 1.
public struct MarginalComparison: Sendable {
  public static let fileName = "marginals.svg"

  private let axes: [SearchParameter]
  private let tried: Panel
  private let other: Panel

  private struct Panel {
    let title: String
    /// From 0 to 1 along the two parameters; the first is the more important one.
    let points: [(x: Double, y: Double, accuracy: Double?)]

    /// Different values of one parameter, to a thousandth of its axis.
    func values(_ axis: Int) -> [Double] {
      Set(points.map { ((axis == 0 ? $0.x : $0.y) * 1000).rounded() / 1000 }).sorted()
    }
  }

  /// Nothing where there are not two parameters that trials have together, or fewer than four such trials.
  public init?(_ definition: SearchDefinition, _ report: SearchReport) {
    let paths = report.importance.map(\.parameter)
    let axes = paths.compactMap { path in definition.space.parameters.first { $0.path == path } }.prefix(2)
    guard axes.count == 2 else { return nil }
    self.axes = Array(axes)
    let points = Self.points(report.trials.map { ($0.parameters, $0.parts.first?.accuracy) }, self.axes)
    guard points.count >= 4 else { return nil }
    let name = definition.sampler == .grid ? "grid" : definition.sampler.rawValue
    tried = Panel(title: "these \(points.count) trials (\(name))", points: points)
    other =
      definition.sampler == .grid
      ? Panel(title: "\(points.count) at random", points: Self.random(definition, self.axes, count: points.count))
      : Panel(title: "a grid of \(Self.side(points.count) * Self.side(points.count))", points: Self.grid(points.count))
  }

  private static func points(
    _ trials: [(values: [String: JSONValue], accuracy: Double?)], _ axes: [SearchParameter]
  ) -> [(x: Double, y: Double, accuracy: Double?)] {
    trials.compactMap { trial in
      guard let x = trial.values[axes[0].path], let y = trial.values[axes[1].path] else { return nil }
      return (axes[0].domain.place(of: x), axes[1].domain.place(of: y), trial.accuracy)
    }
  }

  private static func random(
    _ definition: SearchDefinition, _ axes: [SearchParameter], count: Int
  ) -> [(x: Double, y: Double, accuracy: Double?)] {
    let sampler = RandomSampler(definition.space, seed: definition.seed)
    return points((0..<count).map { (sampler.values(of: $0), nil) }, axes)
  }

  private static func side(_ count: Int) -> Int { Int(Double(count).squareRoot()) }

  private static func grid(_ count: Int) -> [(x: Double, y: Double, accuracy: Double?)] {
    let side = side(count)
    let places = (0..<side).map { (Double($0) + 0.5) / Double(side) }
    return places.flatMap { x in places.map { y in (x, y, nil) } }
  }

  // MARK: Drawing

  private static let (plot, strip, left, gap) = (240.0, 70.0, 64.0, 110.0)
  private static let top = 44.0
  private static var middle: Double { top + strip + 12 }
  private static var bottom: Double { middle + plot }

  public var document: SVGDocument {
    SVGDocument(
      width: 2 * Self.left + 2 * Self.plot + Self.gap, height: Self.bottom + 64,
      title: "Values that the trials show of \(axes[0].path) and \(axes[1].path)", summary: summary,
      drawn(tried, left: Self.left) + drawn(other, left: Self.left + Self.plot + Self.gap))
  }

  private var summary: String {
    [tried, other].map { panel in
      "\(panel.title): \(panel.values(0).count) values of \(axes[0].path), \(panel.values(1).count) of \(axes[1].path)"
    }.joined(separator: "; ")
  }

  private func drawn(_ panel: Panel, left: Double) -> [MarkupElement] {
    [
      SVG.name(left, 16, panel.title, width: Self.plot + Self.gap - 10, size: 13, isBold: true),
      SVG.rectangle(x: left, y: Self.middle, width: Self.plot, height: Self.plot, fill: .paleGround),
    ] + accuracies(panel, left: left) + marginals(panel, left: left)
      + panel.points.map { point in
        SVG.circle(
          left + Self.plot * point.x, Self.bottom - Self.plot * point.y, radius: 5, fill: .blue)
      } + names(panel, left: left)
  }

  /// Above the plot: accuracy over the important parameter alone, where it is known.
  private func accuracies(_ panel: Panel, left: Double) -> [MarkupElement] {
    let known = panel.points.compactMap(\.accuracy)
    guard let low = known.min(), let high = known.max() else { return [] }
    let axis = Axis(around: [low, high], unit: .percent, bounds: 0...1)
    func y(_ value: Double) -> Double { Self.top + Self.strip * (1 - axis.place(of: value)) }
    return [low, high].map { value in
      SVG.text(left - 6, y(value) + 4, Numbers.percent(value), anchor: .end, size: 11, fill: .quietInk)
    }
      + panel.points.compactMap { point in
        point.accuracy.map { SVG.circle(left + Self.plot * point.x, y($0), radius: 4, fill: .vermillion) }
      }
  }

  /// At the edges: each value that the trials have of a parameter.
  private func marginals(_ panel: Panel, left: Double) -> [MarkupElement] {
    panel.values(0).map { value in
      let x = left + Self.plot * value
      return SVG.line(x, Self.bottom, x, Self.bottom + 10, stroke: .vermillion, width: 2)
    }
      + panel.values(1).map { value in
        let y = Self.bottom - Self.plot * value
        return SVG.line(left - 10, y, left, y, stroke: .vermillion, width: 2)
      }
  }

  private func names(_ panel: Panel, left: Double) -> [MarkupElement] {
    let counts = [panel.values(0).count, panel.values(1).count]
    return [
      SVG.name(left, Self.bottom + 28, "\(axes[0].path) →  \(counts[0]) values", width: Self.plot, isBold: true),
      SVG.name(
        left, Self.bottom + 46, "\(axes[1].path) ↑  \(counts[1]) values", width: Self.plot, fill: .quietInk),
    ]
  }
}
