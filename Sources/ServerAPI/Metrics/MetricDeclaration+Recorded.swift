import PrometheusMetrics

/// What is counted while it happens; `ServerMetrics+Scrape` has what is read when Prometheus asks.
extension MetricDeclaration {
  static let recorded: [MetricDeclaration] = [
    requests, requestSeconds, decodeSeconds, queueSeconds, computeSeconds, totalSeconds, rejected, expired, cancelled,
  ]

  static let requests = MetricDeclaration(
    "convserve_requests_total",
    help: "Requests that are over, by operation, method, status and model; 499: the connection ended before the answer."
  )
  static let requestSeconds = MetricDeclaration(
    "convserve_request_duration_seconds",
    help: "From the end of a request's header to the last byte of its answer, in seconds, by operation.")

  static let decodeSeconds = MetricDeclaration(
    "convserve_image_decode_seconds", help: "Decoding and preprocessing of an image, in seconds.")
  static let queueSeconds = MetricDeclaration(
    "convserve_image_queue_seconds", help: "Waiting of an image for its batch, in seconds.")
  static let computeSeconds = MetricDeclaration(
    "convserve_image_compute_seconds", help: "The run of an image's batch through the network, in seconds.")
  static let totalSeconds = MetricDeclaration(
    "convserve_image_total_seconds",
    help: "From the last byte of an image's request to the classes of all its images, in seconds.")

  static let rejected = MetricDeclaration(
    "convserve_requests_rejected_total", help: "Requests refused because the model's queue was full.")
  static let expired = MetricDeclaration(
    "convserve_requests_expired_total", help: "Requests given up because their time was over.")
  static let cancelled = MetricDeclaration(
    "convserve_requests_cancelled_total",
    help: "Requests given up because the client left or the server's grace period was over.")
}
