import HTTPServer
import ModelServing
import PrometheusMetrics

/// What is read when Prometheus asks: nothing of this is touched while requests are served.
extension ServerMetrics {
  /// Everything, in the text format, metrics in alphabetical order.
  func text(of models: ModelRegistry) -> String {
    let entries = (try? models.entries()) ?? []
    let served = models.isReady ? entries.compactMap(\.model) : []
    keep(models: Set(entries.map(\.name)))
    for model in served { expect(model: model.name) }
    let families =
      registry.snapshot() + buildFamilies(isReady: models.isReady) + [Self.stateFamily(entries)] + connectionFamilies
      + Self.modelFamilies(served, loadTimes: models.loadTimes) + ProcessMetrics.families()
    return PrometheusText.render(families.sorted { $0.name < $1.name })
  }

  private func buildFamilies(isReady: Bool) -> [MetricFamily] {
    [
      MetricFamily(
        "convserve_build_info", .gauge, help: "Always 1; the label names the program's version.",
        [.init(1, ["version": version])]),
      MetricFamily("convserve_ready", .gauge, help: "1 once every model is loaded, else 0.", [.init(isReady ? 1 : 0)]),
    ]
  }

  /// A sample for each state, so that an alert has something to compare before the first model fails.
  private static func stateFamily(_ entries: [ModelEntry]) -> MetricFamily {
    let counts = Dictionary(grouping: entries, by: \.state).mapValues(\.count)
    return MetricFamily(
      "convserve_models", .gauge, help: "Models, by state; those that are failed or unloaded do not answer.",
      ModelState.allCases.map { .init(Double(counts[$0] ?? 0), ["state": $0.rawValue]) })
  }

  private var connectionFamilies: [MetricFamily] {
    [
      MetricFamily(
        "convserve_connections_open", .gauge, help: "Connections open now, those being refused or closing included.",
        [.init(counters.connectionsOpen)]),
      MetricFamily(
        "convserve_connections_accepted_total", .counter, help: "Connections accepted.",
        [.init(counters.connectionsAccepted)]),
      MetricFamily(
        "convserve_connections_refused_total", .counter, help: "Connections turned away because all were taken.",
        [.init(counters.connectionsRefused)]),
      MetricFamily(
        "convserve_received_bytes_total", .counter, help: "Bytes read from connections, headers included.",
        [.init(counters.bytesReceived)]),
      MetricFamily(
        "convserve_sent_bytes_total", .counter, help: "Bytes written to connections, headers included.",
        [.init(counters.bytesSent)]),
    ]
  }

  private static func modelFamilies(_ models: [ServedModel], loadTimes: [String: Duration]) -> [MetricFamily] {
    func family(
      _ name: String, _ kind: MetricFamily.Kind = .gauge, help: String, _ value: (ServedModel) -> MetricFamily.Value
    ) -> MetricFamily {
      MetricFamily(name, kind, help: help, models.map { .init(value($0), ["model": $0.name]) })
    }
    return [
      family("convserve_batch_size", .histogram, help: "Images computed together, by batch.") {
        .histogram(HistogramSnapshot($0.queue.currentStatistics))
      },
      family("convserve_queue_admitted", help: "Images admitted and not yet answered.") {
        .number(Double($0.queue.admittedCount))
      },
      family("convserve_queue_capacity", help: "Images that may be admitted and not yet answered.") {
        .number(Double($0.queue.configuration.capacity))
      },
      family("convserve_queue_length", help: "Images that are decoded and wait for their batch.") {
        .number(Double($0.queue.waitingCount))
      },
      family("convserve_model_load_seconds", help: "Time to read, compile and warm up a model, in seconds.") {
        .number((loadTimes[$0.name] ?? .zero) / .seconds(1))
      },
      family("convserve_model_memory_bytes", help: "Packed weights and working memory of a model, in bytes.") {
        .number(Double($0.weightBytes + $0.arenaBytes))
      },
    ]
  }
}

extension HistogramSnapshot {
  /// Powers of two up to the largest batch that can be configured.
  private static let batchBounds = [1.0, 2, 4, 8, 16, 32, 64, 128, 256]

  fileprivate init(_ statistics: BatchStatistics) {
    self.init(bounds: Self.batchBounds)
    for (size, count) in statistics.batchSizes { observe(Double(size), times: count) }
  }
}
