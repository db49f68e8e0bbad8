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

  private static let fewestTrials = 4

  /// Nothing where no two parameters have four trials together.
  public init?(_ definition: SearchDefinition, _ report: SearchReport) {
    let trials = report.trials.map { (values: $0.parameters, accuracy: $0.parts.first?.accuracy) }
    let pairs = Self.pairs(definition.space, report)
    guard let axes = pairs.first(where: { Self.points(trials, $0).count >= Self.fewestTrials }) else { return nil }
    self.axes = axes
    let points = Self.points(trials, axes)
    let name = definition.sampler.rawValue
    tried = Panel(title: "these \(points.count) trials (\(name))", points: points)
    other =
      definition.sampler == .grid
      ? Panel(title: "\(points.count) at random", points: Self.random(definition, axes, count: points.count))
      : Self.gridPanel(axes, of: points.count)
  }

  /// The more important ones first; ranges go before choices, of which no sampler shows more than there are.
  private static func pairs(_ space: SearchSpace, _ report: SearchReport) -> [[SearchParameter]] {
    let ranked = report.importance.compactMap { entry in space.parameters.first { $0.path == entry.parameter } }
    let ordered = ranked.filter { !$0.domain.isChoice } + ranked.filter(\.domain.isChoice)
    return ordered.indices.flatMap { first in ordered[(first + 1)...].map { [ordered[first], $0] } }
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

  private static func gridPanel(_ axes: [SearchParameter], of count: Int) -> Panel {
    let side = Int(Double(count).squareRoot())
    let places = axes.map { axis in
      if case .choice(let values) = axis.domain { return values.map(axis.domain.place) }
      return (0..<side).map { (Double($0) + 0.5) / Double(side) }
    }
    let points = places[0].flatMap { x in places[1].map { y in (x: x, y: y, accuracy: nil as Double?) } }
    return Panel(title: "a grid of \(points.count)", points: points)
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

extension ParameterDomain {
  fileprivate var isChoice: Bool { if case .choice = self { true } else { false } }
}
