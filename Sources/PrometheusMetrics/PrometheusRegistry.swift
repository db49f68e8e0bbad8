import CoreMetrics
import Synchronization

/// A metrics system for swift-metrics that keeps its numbers in memory until Prometheus asks for them.
///
/// Equal names and labels give the same metric, whoever makes it. A metric that is not declared gets its own name for
/// a help text and the buckets of times in seconds.
public final class PrometheusRegistry: MetricsFactory {
  private enum Cell {
    case counter(CounterCell)
    case gauge(GaugeCell)
    case histogram(HistogramCell)

    var handler: AnyObject {
      switch self {
      case .counter(let cell): cell
      case .gauge(let cell): cell
      case .histogram(let cell): cell
      }
    }
  }

  private let declarations: [String: MetricDeclaration]
  private let families = Mutex<[String: [MetricLabels: Cell]]>([:])

  public init(_ declarations: [MetricDeclaration] = []) {
    self.declarations = Dictionary(uniqueKeysWithValues: declarations.map { ($0.name, $0) })
  }

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    counter(label, dimensions)
  }

  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    counter(label, dimensions)
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, dimensions)
  }

  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    aggregate ? histogram(label, dimensions) : gauge(label, dimensions)
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(label, dimensions)
  }

  public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
  public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
  public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
  public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

  /// Forgets every series with this label's value, as of a thing that is gone. Whoever counts on begins at 0.
  public func removeSeries(_ label: String, _ value: String) {
    let gone = MetricLabels.Pair(name: MetricName.sanitizedLabel(label), value: value)
    families.withLock { families in
      families = families.mapValues { $0.filter { !$0.key.pairs.contains(gone) } }.filter { !$0.value.isEmpty }
    }
  }

  /// What there is now, by name.
  public func snapshot() -> [MetricFamily] {
    families.withLock { $0 }.map { name, cells in
      let samples = cells.sorted { $0.key < $1.key }.map { MetricFamily.Sample(Self.value($0.value), $0.key) }
      let kind = Self.kind(cells.values.first!)
      return MetricFamily(name, kind, help: declarations[name]?.help ?? name, samples)
    }.sorted { $0.name < $1.name }
  }
}

extension PrometheusRegistry {
  private func counter(_ name: String, _ labels: [(String, String)]) -> CounterCell {
    guard case .counter(let cell) = cell(name, labels, orNew: .counter(CounterCell())) else { misuse(name) }
    return cell
  }

  private func gauge(_ name: String, _ labels: [(String, String)]) -> GaugeCell {
    guard case .gauge(let cell) = cell(name, labels, orNew: .gauge(GaugeCell())) else { misuse(name) }
    return cell
  }

  private func histogram(_ name: String, _ labels: [(String, String)]) -> HistogramCell {
    let bounds = declarations[name]?.bounds ?? MetricDeclaration.secondBounds
    let new = Cell.histogram(HistogramCell(bounds: bounds))
    guard case .histogram(let cell) = cell(name, labels, orNew: new) else { misuse(name) }
    return cell
  }

  /// The cell of these labels, or else `new`; of any cell of the name where that is of another kind.
  private func cell(_ name: String, _ labels: [(String, String)], orNew new: Cell) -> Cell {
    let (name, labels) = (MetricName.sanitized(name), MetricLabels(labels))
    return families.withLock { families in
      if let cell = families[name]?[labels] { return cell }
      if let other = families[name]?.values.first, Self.kind(other) != Self.kind(new) { return other }
      families[name, default: [:]][labels] = new
      return new
    }
  }

  /// Prometheus knows one kind for each name; two would be a mistake of this program.
  private func misuse(_ name: String) -> Never { preconditionFailure("the metric \(name) is used as two kinds") }

  private func remove(_ handler: AnyObject) {
    families.withLock { families in
      for name in families.keys {
        families[name] = families[name]!.filter { $0.value.handler !== handler }
        if families[name]!.isEmpty { families[name] = nil }
      }
    }
  }

  private static func kind(_ cell: Cell) -> MetricFamily.Kind {
    switch cell {
    case .counter: .counter
    case .gauge: .gauge
    case .histogram: .histogram
    }
  }

  private static func value(_ cell: Cell) -> MetricFamily.Value {
    switch cell {
    case .counter(let cell): .number(cell.value)
    case .gauge(let cell): .number(cell.value)
    case .histogram(let cell): .histogram(cell.snapshot)
    }
  }
}
