import Logging
import ModelServing

/// What the endpoints share.
public struct APIContext: Sendable {
  public let registry: ModelRegistry
  /// Bytes of body that classification accepts.
  let maximumBodyBytes: Int
  /// Time after which an answer is given up, where the request names none.
  let requestTimeout: Duration
  let logger: Logger?
  public let metrics: ServerMetrics
  /// What the server does, each second, for those who watch.
  let events: EventFeed
  /// Summaries, statistics and comparisons that were worked out.
  let analyses = AnalysisAnswers()

  public init(
    registry: ModelRegistry, maximumBodyBytes: Int = 32 << 20, requestTimeout: Duration = .seconds(30),
    logger: Logger? = nil, metrics: ServerMetrics = ServerMetrics()
  ) {
    self.registry = registry
    self.maximumBodyBytes = maximumBodyBytes
    self.requestTimeout = requestTimeout
    self.logger = logger
    self.metrics = metrics
    events = EventFeed(name: "load") { encodedJSON(LoadEvent(registry, metrics)).dropLast() }
  }
}
