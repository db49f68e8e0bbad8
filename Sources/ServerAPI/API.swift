import HTTPServer
import HTTPTypes

/// The HTTP API as a route table.
public enum API {
  public static func router(_ context: APIContext) -> Router {
    Router(endpoints(context).map { $0.route(in: context) })
  }

  /// How the server's own failures look: like every other problem.
  public static let problem: ProblemResponder = { failure, request in
    var problem = Problem(failure)
    problem.instance = request?.path.map { String($0.prefix { $0 != "?" }) }
    return problem.response
  }

  static func endpoints(_ context: APIContext) -> [any Endpoint] {
    [
      ClassifyEndpoint(context: context),
      ClassifyWithModelEndpoint(context: context),
      ModelsEndpoint(context: context),
      ModelEndpoint(context: context),
      ModelSummaryEndpoint(context: context),
      ModelStatisticsEndpoint(context: context),
      ArchitecturesEndpoint(),
      ArchitectureSummaryEndpoint(),
      ArchitectureStatisticsEndpoint(),
      CompareEndpoint(context: context),
      HealthEndpoint(),
      ReadinessEndpoint(context: context),
      MetricsEndpoint(context: context),
      OpenAPIEndpoint(),
    ]
  }
}
