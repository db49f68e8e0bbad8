import AccessControl
import HTTPServer
import HTTPTypes

/// The HTTP API as a route table.
public enum API {
  /// The operations that one address serves.
  public enum Part: Sendable {
    case all
    /// All but those that need the scope `admin`.
    case main
    /// Those that need the scope `admin`, and those that need none: health checks, the page and what it is made of.
    case admin

    func contains(_ access: Access) -> Bool {
      switch self {
      case .all: true
      case .main: access != .scope(.admin)
      case .admin: access == .scope(.admin) || access == .unlimited || access == .open
      }
    }
  }

  /// - Parameter openOperations: names of operations that need no key, whatever scope they have.
  public static func router(
    _ context: APIContext, serving part: Part = .all, openOperations: Set<String> = []
  ) -> Router {
    router(endpoints(context, part, openOperations), context, serving: part, openOperations: openOperations)
  }

  static func router(
    _ endpoints: [any Endpoint], _ context: APIContext, serving part: Part, openOperations: Set<String>
  ) -> Router {
    let served = endpoints.filter { part.contains(type(of: $0).access) }
    return Router(served.map { $0.route(in: context, isOpen: openOperations.contains(type(of: $0).name)) })
  }

  /// The names of all operations.
  public static func operations(_ context: APIContext) -> [String] { endpoints(context).map { type(of: $0).name } }

  /// How the server's own failures look: like every other problem.
  public static let problem: ProblemResponder = { failure, request in
    var problem = Problem(failure)
    problem.locate(at: request?.path)
    return problem.response
  }

  static func endpoints(
    _ context: APIContext, _ part: Part = .all, _ openOperations: Set<String> = []
  ) -> [any Endpoint] {
    [
      PageEndpoint(context: context),
      PageFileEndpoint(context: context),
      OperationsEndpoint(context: context, part: part, openOperations: openOperations),
      ClassifyEndpoint(context: context),
      ClassifyWithModelEndpoint(context: context),
      EmbeddingsEndpoint(context: context),
      ExplainEndpoint(context: context),
      ActivationsEndpoint(context: context),
      InputEndpoint(context: context),
      FiltersEndpoint(context: context),
      ModelReceptiveFieldEndpoint(context: context),
      PhotoReceptiveFieldEndpoint(context: context),
      ModelsEndpoint(context: context),
      ReloadModelsEndpoint(context: context),
      ModelEndpoint(context: context),
      LoadModelEndpoint(context: context),
      UnloadModelEndpoint(context: context),
      ModelSummaryEndpoint(context: context),
      ModelStatisticsEndpoint(context: context),
      ModelGraphEndpoint(context: context),
      ModelProfileEndpoint(context: context),
      CreateDatasetEndpoint(context: context),
      DatasetsEndpoint(context: context),
      DatasetEndpoint(context: context),
      DeleteDatasetEndpoint(context: context),
      CreateJobEndpoint(context: context),
      JobsEndpoint(context: context),
      JobEndpoint(context: context),
      DeleteJobEndpoint(context: context),
      PauseJobEndpoint(context: context),
      ResumeJobEndpoint(context: context),
      CancelJobEndpoint(context: context),
      JobEventsEndpoint(context: context),
      JobReportEndpoint(context: context),
      JobDiagnosisEndpoint(context: context),
      ArchitecturesEndpoint(),
      ArchitectureSummaryEndpoint(context: context),
      ArchitectureStatisticsEndpoint(context: context),
      ArchitectureGraphEndpoint(context: context),
      ArchitectureProfileEndpoint(context: context),
      ArchitectureReceptiveFieldEndpoint(context: context),
      CompareEndpoint(context: context),
      ConvolutionEndpoint(context: context),
      ConvolutionComparisonsEndpoint(context: context),
      PoolingEndpoint(context: context),
      HealthEndpoint(),
      ReadinessEndpoint(context: context),
      MetricsEndpoint(context: context),
      EventsEndpoint(context: context),
      OpenAPIEndpoint(),
    ]
  }
}
