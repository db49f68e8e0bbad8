import AccessControl
import HTTPServer
import HTTPTypes
import Testing

@testable import ServerAPI

/// Which operation asks for which key, and which address has which operation.
@Suite("Access to operations")
struct OperationAccessTests {
  /// Stands for whatever operates a server.
  private struct AdminEndpoint: Endpoint {
    static let name = "admin"
    static let path: PathTemplate = "/v1/admin"
    static let access = Access.scope(.admin)
    static let changesState = true

    func respond(to request: EndpointRequest) async throws -> ServerResponse { .text("admin") }
  }

  private func router(_ part: API.Part, open: Set<String> = []) -> Router {
    let context = TestAPI.loading.context
    return API.router(
      API.endpoints(context) + [AdminEndpoint()], context, serving: part, openOperations: open)
  }

  private func access(_ router: Router) -> [String: Access] {
    Dictionary(uniqueKeysWithValues: router.routes.map { ($0.name, $0.access) })
  }

  @Test("classifying needs infer, reading inspect, learning train; health, the page and the description are open")
  func scopes() {
    var expected: [String: Access] = [
      "classify": .scope(.infer), "classifyWithModel": .scope(.infer), "embeddings": .scope(.infer),
      "explain": .scope(.infer), "activations": .scope(.infer), "showInput": .scope(.infer),
      "showReceptiveField": .scope(.infer),
      "health": .unlimited, "readiness": .unlimited, "openapi": .open, "page": .unlimited,
      "pageFile": .unlimited, "listOperations": .open,
      "metrics": .scope(.admin), "events": .scope(.admin), "admin": .scope(.admin),
      "reloadModels": .scope(.admin), "loadModel": .scope(.admin), "unloadModel": .scope(.admin),
    ]
    for name in [
      "createDataset", "listDatasets", "getDataset", "deleteDataset", "createJob", "listJobs", "getJob", "deleteJob",
      "pauseJob", "resumeJob", "cancelJob", "getJobEvents", "getJobReport", "getJobDiagnosis",
    ] { expected[name] = .scope(.train) }
    for name in API.operations(TestAPI.loading.context) where expected[name] == nil {
      expected[name] = .scope(.inspect)
    }
    #expect(access(router(.all)) == expected)
  }

  @Test(
    "who shows no key where keys are asked for learns that the server is ready, and no names", arguments: [true, false])
  func readiness(isStranger: Bool) async throws {
    let api = try await TestAPI.shared.value
    let route = try #require(api.router.routes.first { $0.name == "readiness" })
    var request = try TestRequest.get("/readyz").serverRequest
    request.isFromStranger = isStranger
    let answer = TestAnswer(
      operation: "GET /readyz", response: try await route.answer(to: request, PathParameters()))
    #expect(try answer.json["status"]?.string == "ready")
    #expect(try answer.json["models"]?.strings == (isStranger ? nil : ["center", "resnet8-cifar10", "ten", "wide"]))
    let violations = try AnswerCheck().check(answer).violations
    #expect(violations == [])
  }

  @Test(
    "an endpoint that changes state is guarded, wherever it is served; those that read are not",
    arguments: [true, false])
  func changes(isOpened: Bool) {
    for part in [API.Part.all, .admin] {
      let routes = router(part, open: isOpened ? ["admin"] : []).routes
      #expect(routes.first { $0.name == "admin" }?.changesState == true)
      #expect(routes.filter { $0.method == .get && $0.name != "admin" }.allSatisfy { !$0.changesState })
    }
  }

  @Test("with an address of their own, admin operations are there and nowhere else; the page is everywhere")
  func parts() {
    let changes: Set = ["reloadModels", "loadModel", "unloadModel"]
    let open: Set = ["openapi", "page", "pageFile", "listOperations", "health", "readiness"]
    #expect(Set(access(router(.admin)).keys) == changes.union(["admin", "events", "metrics"]).union(open))
    #expect(access(router(.main)).count == access(router(.all)).count - 6)
    #expect(access(router(.main))["admin"] == nil)
  }

  @Test("an operation that is opened needs no key, and stays where it is")
  func opened() {
    #expect(access(router(.all, open: ["listModels", "health"]))["listModels"] == .open)
    #expect(access(router(.all, open: ["listModels", "health"]))["health"] == .unlimited)
    #expect(access(router(.main, open: ["admin"]))["admin"] == nil)
    #expect(access(router(.admin, open: ["admin"]))["admin"] == .open)
  }
}
