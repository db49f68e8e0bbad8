/// What tells the samples of one metric apart, in the order of the labels' names.
public struct MetricLabels: Sendable, Hashable, Comparable, ExpressibleByDictionaryLiteral {
  public let pairs: [Pair]

  public struct Pair: Sendable, Hashable {
    public let name: String
    public let value: String
  }

  /// Names are made valid; of a repeated name the last value counts.
  public init(_ labels: [(String, String)]) {
    let values = Dictionary(labels.map { (MetricName.sanitizedLabel($0), $1) }, uniquingKeysWith: { $1 })
    pairs = values.map { Pair(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
  }

  public init(dictionaryLiteral labels: (String, String)...) { self.init(labels) }

  public static func < (left: MetricLabels, right: MetricLabels) -> Bool {
    left.pairs.map(\.value).lexicographicallyPrecedes(right.pairs.map(\.value))
  }
}
