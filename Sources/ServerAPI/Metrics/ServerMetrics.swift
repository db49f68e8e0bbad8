import CoreMetrics
import HTTPServer
import HTTPTypes
import ModelServing
import PrometheusMetrics
import Synchronization

/// The numbers that a server gives Prometheus.
///
/// The values of every label come from tables of ours: names of operations and models, methods that HTTP defines,
/// statuses. So no client can make the series grow.
public final class ServerMetrics: Sendable {
  let version: String
  public let counters: ServerCounters
  let registry = PrometheusRegistry(MetricDeclaration.recorded)
  /// What Prometheus works out by itself, for those who watch without it.
  let recent = RecentRequests()
  /// Names of models that there were when Prometheus asked last.
  private let knownModels = Mutex<Set<String>>([])

  /// - Parameters:
  ///   - version: the program's.
  ///   - counters: those of the server that answers.
  public init(version: String = "unknown", counters: ServerCounters = ServerCounters()) {
    self.version = version
    self.counters = counters
  }

  /// Counts a request that is over; for `Server`'s observer.
  public func observe(_ record: AccessRecord) {
    let route = record.routeName ?? "none"
    let labels = [
      ("route", route), ("method", Self.label(record.method)), ("status", String(record.status.code)),
      ("model", record.notes["model"] ?? ""),
    ]
    counter(.requests, labels).increment()
    record.duration.record(in: timer(.requestSeconds, [("route", route)]))
    recent.observe(record)
  }

  /// Clients may invent methods, and each would be a series of its own.
  private static func label(_ method: HTTPRequest.Method?) -> String {
    guard let method else { return "none" }
    return Router.definedMethods.contains(method) ? method.rawValue : "other"
  }

  /// Where the time of each image went.
  func classified(_ answer: ClassificationAnswer) {
    let labels = [("model", answer.model)]
    for timing in answer.predictions.map(\.timing) {
      for (metric, time) in [
        (MetricDeclaration.decodeSeconds, timing.decode), (.queueSeconds, timing.queue),
        (.computeSeconds, timing.compute), (.totalSeconds, timing.total),
      ] { timer(metric, labels).recordMilliseconds(time) }
    }
  }

  /// Why a model did not answer, as far as that is a matter of load.
  func failed(_ error: any Error, model: String) {
    let reason: MetricDeclaration? =
      switch error {
      case BatchQueueError.full, BatchQueueError.tooLate: .rejected
      case is DeadlineExceeded: .expired
      case is CancellationError: .cancelled
      default: nil
      }
    if let reason { counter(reason, [("model", model)]).increment() }
  }

  /// Makes the series that a model will have, at 0: a counter that appears only with its first event hides that event
  /// from Prometheus' `rate`.
  func expect(model: String) {
    for metric in [MetricDeclaration.rejected, .expired, .cancelled] { _ = counter(metric, [("model", model)]) }
    for metric in [MetricDeclaration.decodeSeconds, .queueSeconds, .computeSeconds, .totalSeconds] {
      _ = timer(metric, [("model", model)])
    }
  }

  /// Keeps series of these models alone: the names of all that ever were would be series for ever.
  func keep(models: Set<String>) {
    let gone = knownModels.withLock { known in
      defer { known = models }
      return known.subtracting(models)
    }
    for name in gone { registry.removeSeries("model", name) }
  }

  private func counter(_ metric: MetricDeclaration, _ labels: [(String, String)]) -> Counter {
    Counter(label: metric.name, dimensions: labels, factory: registry)
  }

  private func timer(_ metric: MetricDeclaration, _ labels: [(String, String)]) -> Timer {
    Timer(label: metric.name, dimensions: labels, factory: registry)
  }
}

extension Duration {
  fileprivate func record(in timer: Timer) { timer.recordSeconds(self / .seconds(1)) }
}
