import AccessControl
import HTTPServer
import HTTPTypes
import PrometheusMetrics

/// `GET /metrics`: the server's numbers for Prometheus.
struct MetricsEndpoint: Endpoint {
  static let name = "metrics"
  static let path: PathTemplate = "/metrics"
  static let access = Access.scope(.admin)

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let text = context.metrics.text(of: context.registry)
    return ServerResponse(
      status: .ok, fields: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"], body: Array(text.utf8)
    )
  }
}
