/// All samples of one metric, as plain data: what a scrape gets, wherever the numbers come from.
public struct MetricFamily: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    case counter, gauge, histogram
  }

  public enum Value: Sendable, Hashable {
    case number(Double)
    case histogram(HistogramSnapshot)
  }

  public struct Sample: Sendable, Hashable {
    public let value: Value
    public let labels: MetricLabels

    public init(_ value: Value, _ labels: MetricLabels = [:]) {
      self.value = value
      self.labels = labels
    }

    public init(_ number: Double, _ labels: MetricLabels = [:]) { self.init(.number(number), labels) }
    public init(_ number: Int, _ labels: MetricLabels = [:]) { self.init(.number(Double(number)), labels) }
  }

  public let name: String
  /// One sentence: what is counted, in which unit.
  public let help: String
  public let kind: Kind
  public let samples: [Sample]

  public init(_ name: String, _ kind: Kind, help: String, _ samples: [Sample]) {
    self.name = MetricName.sanitized(name)
    self.help = help
    self.kind = kind
    self.samples = samples
  }
}
