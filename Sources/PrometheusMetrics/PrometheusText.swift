/// Prometheus' text exposition format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
public enum PrometheusText {
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// One block a family: its HELP line, its TYPE line, its samples. A family without samples is left out.
  public static func render(_ families: [MetricFamily]) -> String {
    families.filter { !$0.samples.isEmpty }.map(block).joined()
  }

  private static func block(_ family: MetricFamily) -> String {
    let samples = family.samples.flatMap { sample in
      switch sample.value {
      case .number(let value): [line(family.name, sample.labels.pairs, value)]
      case .histogram(let histogram): lines(of: histogram, family.name, sample.labels.pairs)
      }
    }
    let help = "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
    return help + "# TYPE \(family.name) \(family.kind.rawValue)\n" + samples.joined()
  }

  /// Buckets are cumulative: each counts what lies below its bound, however far.
  private static func lines(
    of histogram: HistogramSnapshot, _ name: String, _ labels: [MetricLabels.Pair]
  ) -> [String] {
    var below = 0
    let buckets = zip(histogram.bounds + [.infinity], histogram.counts).map { bound, count in
      below += count
      return line("\(name)_bucket", labels + [.init(name: "le", value: number(bound))], Double(below))
    }
    return buckets + [line("\(name)_sum", labels, histogram.sum), line("\(name)_count", labels, Double(below))]
  }

  private static func line(_ name: String, _ labels: [MetricLabels.Pair], _ value: Double) -> String {
    let pairs = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
    return name + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(number(value))\n"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    let lines = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    return quotes ? lines.replacing("\"", with: "\\\"") : lines
  }

  /// As Go's `ParseFloat` reads it; whole numbers without a fraction.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    // Beyond 2^53 not every whole number exists, and `Int` would pretend to digits that are not known.
    return value == value.rounded() && value.magnitude < 0x1p53 ? String(Int(value)) : String(value)
  }
}
