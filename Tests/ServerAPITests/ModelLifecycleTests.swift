import AccessControl
import Foundation
import HTTPServer
import HTTPTypes
import ModelServing
import Testing

@testable import ServerAPI

/// Models that come and go, as clients see it.
@Suite("Models come and go", .timeLimit(.minutes(5)))
struct ModelLifecycleTests {
  private let check: AnswerCheck
  private let api: ChangingAPI

  init() async throws {
    check = try AnswerCheck()
    api = try await ChangingAPI()
  }

  /// The answer, which has to be as it is described.
  private func answer(to request: TestRequest, _ status: Int) async throws -> JSONValue {
    let answer = try await api.answer(to: request)
    let violations = try check.check(answer).violations
    #expect(violations == [])
    #expect(answer.response.status.code == status, "\(String(decoding: answer.response.body, as: UTF8.self))")
    return try answer.json
  }

  /// Each model as `NAME/VERSION STATE`.
  private func states(_ list: JSONValue) -> [String] {
    (list["models"]?.array ?? []).map {
      "\($0["name"]!.string!)/\($0["version"]?.string ?? "-") \($0["state"]!.string!)"
    }
  }

  @Test("a reload answers with what it did and with every model as it is then")
  func reload() async throws {
    try api.addVersion(2, of: "first")
    try api.addVersion(1, of: "new")
    try api.addBrokenVersion(1, of: "broken")
    try api.remove("second")
    let report = try await answer(to: .change("/v1/models/reload"), 200)
    #expect(
      try report["loaded"]
        == JSONValue(json: Array(#"[{"name":"first","version":"2"},{"name":"new","version":"1"}]"#.utf8)))
    #expect(report["unloaded"]?.array?.map { $0["name"]?.string } == ["first", "second"])
    #expect(report["failed"]?.array?.map { $0["name"]?.string } == ["broken"])
    #expect(
      report["failed"]?.array?[0]["reason"]?.string?.contains("broken/1/model.json: the field architecture is missing")
        == true)
    #expect(states(report) == ["broken/1 failed", "first/2 ready", "new/1 ready"])
    #expect(try await answer(to: .get("/v1/models"), 200)["models"] == report["models"])
    #expect(try await answer(to: .post("/v1/models/new/classify", type: nil, jpeg), 200)["version"]?.string == "1")
    #expect(try await answer(to: .get("/readyz"), 200)["models"]?.strings == ["first", "new"])
  }

  @Test("load takes back to a version, and to the highest again")
  func load() async throws {
    try api.addVersion(2, of: "first")
    _ = try await answer(to: .change("/v1/models/reload"), 200)
    let changed = try await answer(to: .change("/v1/models/first/load?version=1"), 200)
    #expect(try changed == JSONValue(json: Array(#"{"name":"first","state":"ready","version":"1"}"#.utf8)))
    let entry = try await answer(to: .get("/v1/models"), 200)["models"]!.array![0]
    #expect(entry["pinned"] == .boolean(true))
    #expect(try await answer(to: .post(classify, type: nil, jpeg), 200)["version"]?.string == "1")
    #expect(try await answer(to: .change("/v1/models/first/load"), 200)["version"]?.string == "2")
  }

  @Test("other files under the same version are analysed anew")
  func replacedFiles() async throws {
    let targets = ["/v1/models/first/summary", "/v1/models/first/stats", "/v1/compare?models=first"]
    var tags: [String] = []
    for target in targets {
      let response = try await api.answer(to: .get(target)).response
      #expect(response.status == .ok)
      tags.append(try #require(response.fields[.eTag]))
    }
    try api.remove("first/1")
    try api.addVersion(1, of: "first", like: "fashion-resnet20")
    #expect(try await answer(to: .change("/v1/models/reload"), 200)["loaded"]?.array?[0]["version"]?.string == "1")
    for (target, tag) in zip(targets, tags) {
      let response = try await api.answer(to: TestRequest(target: target, fields: [.ifNoneMatch: tag])).response
      #expect(response.status == .ok)
      #expect(response.fields[.eTag] != tag)
      #expect(!response.body.isEmpty)
    }
  }

  @Test("an unloaded model is 503 with its state and the way back, wherever it is asked")
  func unload() async throws {
    let changed = try await answer(to: .change("/v1/models/first/unload"), 200)
    #expect(changed["state"]?.string == "unloaded")
    for request: TestRequest in [
      .post(classify, type: nil, jpeg), .post("/v1/models/first/classify", type: nil, jpeg),
      .get("/v1/models/first"), .get("/v1/models/first/stats"), .get("/v1/compare?models=first"),
    ] {
      let problem = try await answer(to: request, 503)
      #expect(problem["type"]?.string == "/problems/model-not-ready")
      #expect(
        problem["detail"]?.string == "the model first is unloaded; POST /v1/models/first/load loads it again")
      #expect(problem["retry_after"]?.integer == 30)
    }
    let list = try await answer(to: .get("/v1/models"), 200)
    #expect(states(list) == ["first/1 unloaded", "second/1 ready"])
    #expect(list["models"]!.array![0]["num_classes"] == nil)
    #expect(try await answer(to: .get("/readyz"), 200)["models"]?.strings == ["second"])
    #expect(try await answer(to: .change("/v1/models/first/load"), 200)["state"]?.string == "ready")
    #expect(try await answer(to: .post(classify, type: nil, jpeg), 200)["model"]?.string == "first")
  }

  @Test(
    "wrong operations are refused by type and told what is accepted",
    arguments: [
      ("/v1/models/nope/load", 404, ProblemKind.unknownModel, "this server has broken, first, second"),
      ("/v1/models/nope/unload", 404, .unknownModel, "this server has first, second"),
      ("/v1/models/.../load", 404, .unknownModel, "this server has"),
      ("/v1/models/first/load?version=9", 404, .unknownVersion, "no version 9 in the repository; it has 1"),
      ("/v1/models/first/load?version=0", 400, .invalidParameter, "a whole number from 1 to 999999999999999"),
      ("/v1/models/first/load?version=latest", 400, .invalidParameter, "a whole number from 1 to 999999999999999"),
      ("/v1/models/first/unload?version=1", 400, .invalidParameter, "none is accepted"),
      ("/v1/models/reload?x", 400, .invalidParameter, "none is accepted"),
      ("/v1/models/broken/load", 422, .modelNotLoadable, "version 1: cannot read broken/1/model.json"),
    ])
  func refused(_ target: String, _ status: Int, _ kind: ProblemKind, _ says: String) async throws {
    try api.addBrokenVersion(1, of: "broken")
    let problem = try await answer(to: .change(target), status)
    #expect(problem["type"]?.string == kind.type)
    #expect(problem["detail"]?.string?.contains(says) == true, "\(problem)")
    #expect(
      try await answer(to: .post(classify, type: nil, jpeg), 200)["model"]?.string == "first", "the server goes on")
  }

  @Test(
    "a body that seems to say something is refused, and an empty object is none",
    arguments: [
      ("/v1/models/first/load", "{\"version\": 1}", 400), ("/v1/models/first/unload", "not json", 400),
      ("/v1/models/reload", "[]", 400), ("/v1/models/first/load", " {\r\n} ", 200), ("/v1/models/reload", "{}", 200),
    ])
  func bodies(_ target: String, _ body: String, _ status: Int) async throws {
    let answer = try await answer(to: .post(target, type: "application/json", Array(body.utf8)), status)
    #expect((answer["detail"]?.string?.contains("?version=1") ?? false) == (status == 400))
    #expect(states(try await self.answer(to: .get("/v1/models"), 200)) == ["first/1 ready", "second/1 ready"])
  }

  @Test("loading without a version takes a pin away, though a higher version is broken and told so")
  func unpinning() async throws {
    try api.addBrokenVersion(2, of: "first")
    _ = try await answer(to: .change("/v1/models/first/load?version=1"), 200)
    #expect(try await answer(to: .get("/v1/models"), 200)["models"]!.array![0]["pinned"] == .boolean(true))
    let problem = try await answer(to: .change("/v1/models/first/load"), 422)
    #expect(problem["detail"]?.string?.contains("version 2") == true, "\(problem)")
    let entry = try await answer(to: .get("/v1/models"), 200)["models"]!.array![0]
    #expect(entry["pinned"] != .boolean(true), "\(entry)")
    #expect(entry["reason"]?.string?.contains("version 2") == true, "\(entry)")
  }

  @Test("a repository that is away is 500, and every model goes on")
  func missingRepository() async throws {
    try api.remove("")
    for target in ["/v1/models/reload", "/v1/models/first/load"] {
      let problem = try await answer(to: .change(target), 500)
      #expect(problem["type"]?.string == "/problems/repository-unusable")
      #expect(problem["detail"]?.string?.contains("there is no model repository at") == true)
    }
    #expect(states(try await answer(to: .get("/v1/models"), 200)) == ["first/1 ready", "second/1 ready"])
  }

  @Test("before the models are loaded nothing can be loaded, unloaded or reloaded")
  func loading() async throws {
    for target in ["/v1/models/reload", "/v1/models/first/load", "/v1/models/first/unload"] {
      let answer = try await TestAPI.loading.answer(to: .change(target))
      #expect(answer.response.status == .serviceUnavailable)
      #expect(try answer.json["type"]?.string == "/problems/not-ready")
      let violations = try check.check(answer).violations
      #expect(violations == [])
    }
  }

  @Test("what changes models needs the scope admin, and is where the operators are")
  func access() {
    let names = ["reloadModels", "loadModel", "unloadModel"]
    for endpoint in API.endpoints(api.context) where names.contains(type(of: endpoint).name) {
      #expect(type(of: endpoint).access == .scope(.admin))
      #expect(type(of: endpoint).changesState)
    }
    for (part, isThere) in [(API.Part.all, true), (.main, false), (.admin, true)] {
      let routes = Set(API.router(api.context, serving: part).routes.map(\.name))
      #expect(routes.isSuperset(of: names) == isThere)
      #expect(!routes.isDisjoint(with: names) == isThere)
    }
  }

  @Test("metrics follow models that come and go: what is unloaded has no gauges, what is gone has no series")
  func metrics() async throws {
    func text() async throws -> String {
      String(decoding: try await api.answer(to: .get("/metrics")).response.body, as: UTF8.self)
    }
    func gauges(of name: String, _ text: String) -> Int {
      text.matches(of: /(?m)^convserve_(queue|model)_[a-z_]+\{model="([a-z]+)"\}/).count { $0.output.2 == name }
    }
    _ = try await answer(to: .post("/v1/models/second/classify", type: nil, jpeg), 200)
    var metrics = try await text()
    #expect(gauges(of: "first", metrics) == 5)
    #expect(gauges(of: "second", metrics) == 5)
    #expect(metrics.contains("\nconvserve_models{state=\"ready\"} 2\n"))
    _ = try await answer(to: .change("/v1/models/second/unload"), 200)
    metrics = try await text()
    #expect(gauges(of: "second", metrics) == 0)
    #expect(metrics.contains("\nconvserve_models{state=\"unloaded\"} 1\n"))
    #expect(metrics.contains("convserve_image_total_seconds_count{model=\"second\"} 1\n"), "counters go on")
    try api.remove("second")
    _ = try await answer(to: .change("/v1/models/reload"), 200)
    metrics = try await text()
    #expect(!metrics.contains("\"second\""))
    #expect(gauges(of: "first", metrics) == 5)
    #expect(metrics.contains("\nconvserve_models{state=\"unloaded\"} 0\n"))
  }

  /// Answers of operations that change models, for the test that no member is described that never occurs.
  static func answers() async throws -> [TestAnswer] {
    let api = try await ChangingAPI()
    try api.addVersion(2, of: "first")
    try api.addBrokenVersion(1, of: "broken")
    var answers: [TestAnswer] = []
    for target in [
      "/v1/models/reload", "/v1/models/first/load?version=1", "/v1/models/first/unload",
      "/v1/models/first/load?version=9",
      "/v1/models/broken/load",
    ] { answers.append(try await api.answer(to: .change(target))) }
    // It takes another operation at the same moment.
    let busy = Problem(ModelRegistryError.busy(name: "first", isUnloading: true))
    answers.append(TestAnswer(operation: "POST /v1/models/{model}/load", response: busy.response))
    try api.remove("")
    answers.append(try await api.answer(to: .change("/v1/models/reload")))
    return answers
  }
}

/// The API over a repository of its own, which tests may change: two models of one version.
private final class ChangingAPI: Sendable {
  let context: APIContext
  private let router: Router
  private let repository: URL

  init() async throws {
    repository = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
    context = APIContext(registry: ModelRegistry())
    router = API.router(context)
    for name in ["first", "second"] { try addVersion(1, of: name) }
    try await context.registry.load(
      ModelRepository(path: repository.path), defaultName: nil, configuration: ServingConfiguration(threadCount: 1))
  }

  deinit { try? FileManager.default.removeItem(at: repository) }

  func addVersion(_ version: Int, of name: String, like original: String = "resnet8-cifar10") throws {
    let folder = repository.appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: root.appending(path: "models/\(original)/1"), to: folder.appending(path: "\(version)"))
  }

  func addBrokenVersion(_ version: Int, of name: String) throws {
    let folder = repository.appending(path: "\(name)/\(version)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("{}".utf8).write(to: folder.appending(path: "model.json"))
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(at: repository.appending(path: path)) }

  func answer(to request: TestRequest) async throws -> TestAnswer { try await router.answer(to: request) }
}

extension TestRequest {
  /// An operation that changes something, without a body.
  static func change(_ target: String, _ method: HTTPRequest.Method = .post) -> TestRequest {
    TestRequest(method: method, target: target)
  }
}
