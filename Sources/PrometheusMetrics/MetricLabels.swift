/// What tells the samples of one metric apart, in the order of the labels' names.
public struct MetricLabels: Sendable, Hashable, Comparable, ExpressibleByDictionaryLiteral {
  public let pairs: [Pair]

  public struct Pair: Sendable, Hashable {
    public let name: String
    public let value: String
  }

  /// Names are made valid; of a repeated name the last value counts.
  public init(_ labels: [(String, String)]) {
    // Sorting is stable, so the last of equal names is the one given last.
    let sorted = labels.map { Pair(name: MetricName.sanitizedLabel($0), value: $1) }.sorted { $0.name < $1.name }
    pairs = sorted.indices.compactMap { index in
      index + 1 < sorted.count && sorted[index + 1].name == sorted[index].name ? nil : sorted[index]
    }
  }

  public init(dictionaryLiteral labels: (String, String)...) { self.init(labels) }

  public static func < (left: MetricLabels, right: MetricLabels) -> Bool {
    left.pairs.map(\.value).lexicographicallyPrecedes(right.pairs.map(\.value))
  }
}
