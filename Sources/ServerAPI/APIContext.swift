import Explanations
import Jobs
import Logging
import ModelServing

/// What the endpoints share.
public struct APIContext: Sendable {
  public let registry: ModelRegistry
  /// Datasets and jobs; nil where the server was started without a directory for them.
  public var jobs: JobService?
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
  /// The page's files, by their names.
  let pages = HeldAnswers<String>(limit: 4 << 20)
  /// Measured times of models' layers.
  let timer = LayerTimer()
  /// Where those wait who look into models.
  let explanations: ExplanationLine

  public init(
    registry: ModelRegistry, maximumBodyBytes: Int = 32 << 20, requestTimeout: Duration = .seconds(30),
    logger: Logger? = nil, metrics: ServerMetrics = ServerMetrics(), explanations: ExplanationLine = ExplanationLine()
  ) {
    self.registry = registry
    self.maximumBodyBytes = maximumBodyBytes
    self.requestTimeout = requestTimeout
    self.logger = logger
    self.metrics = metrics
    self.explanations = explanations
    events = EventFeed(name: "load") { encodedJSON(LoadEvent(registry, metrics)).dropLast() }
  }
}

extension APIContext {
  /// - Throws: `JobsDisabled`.
  func requireJobs() throws(JobsDisabled) -> JobService {
    guard let jobs else { throw JobsDisabled() }
    return jobs
  }
}

/// The server was started without a directory for datasets and jobs.
struct JobsDisabled: Error, CustomStringConvertible {
  var description: String {
    "this server takes no datasets and jobs; `convserve serve --jobs-directory DIR` (CONVSERVE_JOBS_DIRECTORY) has it keep "
      + "them in DIR, as `make serve` does"
  }
}
