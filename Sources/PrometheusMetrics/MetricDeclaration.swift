/// What a metric means, said once beside its name, since swift-metrics has no place for it.
public struct MetricDeclaration: Sendable, Hashable {
  public let name: String
  public let help: String
  /// Upper bounds of a histogram's buckets, in the unit of the name; unused for other kinds.
  public let bounds: [Double]

  public init(_ name: String, bounds: [Double] = Self.secondBounds, help: String) {
    self.name = name
    self.help = help
    self.bounds = bounds
  }

  /// From half a millisecond to a minute: pictures take from one millisecond to some seconds, and requests time out
  /// after half a minute unless told otherwise.
  public static let secondBounds = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]
}
