import Foundation
import HTTPServer
import ModelServing

/// What a server does now: the data of an event of `GET /v1/events`.
struct LoadEvent: Encodable, Sendable {
  struct Requests: Encodable {
    let perSecond: Double
    let p50: Double?
    let p99: Double?

    enum CodingKeys: String, CodingKey {
      case perSecond = "per_second"
      case p50 = "p50_ms"
      case p99 = "p99_ms"
    }

    init(_ summary: RecentDurations.Summary) {
      perSecond = summary.rate
      p50 = summary.p50
      p99 = summary.p99
    }
  }

  struct Model: Encodable {
    let name: String
    let version: String?
    let state: ModelState
    let reason: String?
    /// Figures of a model that does not answer are absent.
    let queueAdmitted: Int?
    let queueLength: Int?
    let queueCapacity: Int?
    /// Since the model was loaded.
    let images: Int?
    let batches: Int?

    enum CodingKeys: String, CodingKey {
      case name, version, state, reason, images, batches
      case queueAdmitted = "queue_admitted"
      case queueLength = "queue_length"
      case queueCapacity = "queue_capacity"
    }

    init(_ entry: ModelEntry) {
      let queue = entry.model?.queue
      let statistics = queue?.currentStatistics
      name = entry.name
      version = entry.version
      state = entry.state
      reason = entry.reason
      queueAdmitted = queue?.admittedCount
      queueLength = queue?.waitingCount
      queueCapacity = queue?.configuration.capacity
      images = statistics?.samples
      batches = statistics?.batches
    }
  }

  /// RFC 3339, to the second.
  let time: String
  /// Seconds that the rates and quantiles look back on.
  let window: Int
  /// All requests but event streams, and classifications alone.
  let requests: Requests
  let classifications: Requests
  let connections: Int
  let models: [Model]

  enum CodingKeys: String, CodingKey {
    case time, requests, classifications, models
    case window = "window_seconds"
    case connections = "connections_open"
  }

  init(_ registry: ModelRegistry, _ metrics: ServerMetrics) {
    time = Date().formatted(.iso8601)
    window = RecentDurations.window
    requests = Requests(metrics.recent.requests.summary(second: RecentRequests.second))
    classifications = Requests(metrics.recent.classifications.summary(second: RecentRequests.second))
    connections = metrics.counters.connectionsOpen
    // While models are being loaded for the first time there is no list of them.
    models = ((try? registry.entries()) ?? []).map(Model.init)
  }
}
