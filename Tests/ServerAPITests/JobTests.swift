import AccessControl
import Foundation
import HTTPCore
@testable import HTTPServer
import HTTPTypes
import Jobs
import ModelServing
import Testing

@testable import ServerAPI

/// Datasets and jobs, as clients see them.
@Suite("Datasets and jobs", .timeLimit(.minutes(5)))
struct JobTests {
  private let check: AnswerCheck

  init() throws { check = try AnswerCheck() }

  /// Runs `body` with an API whose children have ended when this returns.
  private func withJobs(
    _ change: (inout JobServiceConfiguration) -> Void = { _ in }, _ body: (JobsAPI) async throws -> Void
  ) async throws {
    let api = try await JobsAPI(change)
    do {
      try await body(api)
    } catch {
      await api.stop()
      throw error
    }
    await api.stop()
  }

  /// The answer, which has to be as it is described.
  @discardableResult
  private func expect(_ answer: TestAnswer, _ status: Int) throws -> JSONValue {
    let violations = try check.check(answer).violations
    #expect(violations == [])
    #expect(answer.response.status.code == status, "\(String(decoding: answer.response.body, as: UTF8.self))")
    return answer.response.body.isEmpty ? .null : try answer.json
  }

  @Test("photos that come as a form, in pieces of any size, are a dataset that can be read, listed and taken away")
  func datasets() async throws {
    try await withJobs { api in
      for piece in [1, 7, 1000] {
        let answer = try await api.upload(JobsAPI.photos, piece: piece)
        let dataset = try expect(answer, 201)
        #expect(answer.response.fields[.location] == "/v1/datasets/\(dataset["id"]!.string!)")
        #expect(dataset["images"] == .integer(3))
        #expect(dataset["classes"]?.array?.map { $0["name"] } == [.string("cats"), .string("dogs")])
        #expect(dataset["audit"]?["unreadable"] == .array([]))
        #expect(dataset["ignored_files"]?["count"] == .integer(1))
        #expect(dataset["renamed_files"] == .object(["count": .integer(0), "examples": .array([])]))
        #expect(dataset["ignored_files"]?["examples"] == .array([.string("cats/a.txt: its name is no image's")]))
        #expect(try expect(await api.answer(to: .get("/v1/datasets/\(dataset["id"]!.string!)")), 200) == dataset)
      }
      let list = try expect(await api.answer(to: .get("/v1/datasets")), 200)["datasets"]?.array ?? []
      #expect(list.count == 3)
      for dataset in list {
        let target = "/v1/datasets/\(dataset["id"]!.string!)"
        try expect(await api.answer(to: .change(target, .delete)), 204)
        #expect(try expect(await api.answer(to: .get(target)), 404)["type"] == .string("/problems/unknown-dataset"))
      }
    }
  }

  @Test("an upload that breaks off, or is no dataset, leaves nothing")
  func brokenUploads() async throws {
    try await withJobs { api in
      let cutOff = try await api.upload(JobsAPI.photos, isComplete: false)
      #expect(cutOff.response.status.code >= 400)
      let refused: [(TestRequest, ProblemKind)] = [
        (.form("/v1/datasets", [("photos", "../1.png", [1])]), .datasetUnusable),
        (.form("/v1/datasets", [("photos", "1.png", [1])]), .datasetUnusable),
        (.form("/v1/datasets", []), .datasetUnusable),
        (.post("/v1/datasets", type: "application/zip", Array("PK no archive".utf8)), .datasetUnusable),
        (.post("/v1/datasets", type: "multipart/form-data; boundary=x", Array("--x\r\n".utf8)), .invalidRequest),
        (.post("/v1/datasets", type: "multipart/form-data", Array("--x\r\n".utf8)), .invalidRequest),
      ]
      for (request, kind) in refused {
        let problem = try expect(await api.upload(request), 400)
        #expect(problem["type"] == .string(kind.type), "\(request.testDescription): \(problem)")
      }
      #expect(try await api.jobs.datasets().isEmpty)
      let left = try FileManager.default.subpathsOfDirectory(atPath: api.jobs.configuration.directory)
      #expect(left.filter { $0.contains("png") || $0.contains("archive") } == [])
    }
  }

  @Test("a body of another type, or none, is refused before it is read")
  func wrongTypes() async throws {
    try await withJobs { api in
      try expect(await api.answer(to: .post("/v1/datasets", type: "image/png", [1])), 415)
      let missing = try expect(await api.answer(to: .post("/v1/datasets", type: nil, [])), 400)
      #expect(missing["type"] == .string("/problems/empty-body"))
    }
  }

  @Test("the quota on datasets is told with its limit")
  func quota() async throws {
    try await withJobs({ $0.maximumDatasets = 1 }) { api in
      _ = try await api.upload()
      let problem = try expect(await api.upload(JobsAPI.photos), 409)
      #expect(problem["type"] == .string("/problems/quota-exceeded"))
      #expect(problem["limit"] == .integer(1))
    }
  }

  @Test("a job is queued, makes its model, and tells of it in events and a report")
  func job() async throws {
    try await withJobs { api in
      let dataset = try await api.upload()
      let created = try await api.answer(to: JobsAPI.job(dataset, name: "birds", #", "seed": 7, "fine_tune": false"#))
      let id = try expect(created, 202)["id"]!.string!
      #expect(created.response.fields[.location] == "/v1/jobs/\(id)")
      #expect(try await api.await(id, .succeeded).state == .succeeded)
      let job = try expect(await api.answer(to: .get("/v1/jobs/\(id)")), 200)
      #expect(job["model"] == .object(["name": .string("birds"), "version": .string("1")]))
      #expect(job["request"]?["seed"] == .integer(7))
      #expect(try expect(await api.answer(to: .get("/v1/jobs")), 200)["jobs"] == .array([job]))
      let events = try expect(await api.answer(to: .get("/v1/jobs/\(id)/events")), 200)["events"]?.array ?? []
      #expect(events.map { $0["seq"] } == (1...events.count).map { .integer($0) })
      #expect(events.contains { $0["message"] == .string("the head is chosen") })
      let rest = try expect(await api.answer(to: .get("/v1/jobs/\(id)/events?after=2")), 200)["events"]?.array
      #expect(rest == Array(events.dropFirst(2)))
      #expect(try expect(await api.answer(to: .get("/v1/jobs/\(id)/report")), 200)["accuracy"] == .number(0.9))
      try expect(await api.answer(to: .change("/v1/jobs/\(id)", .delete)), 204)
      #expect(try expect(await api.answer(to: .get("/v1/jobs/\(id)")), 404)["type"] == .string("/problems/unknown-job"))
    }
  }

  @Test("a job's learning curve is read from its events; without epochs there is nothing to read")
  func diagnosis() async throws {
    try await withJobs { api in
      let dataset = try await api.upload()
      let request =
        #"{"kind": "train", "dataset": "\#(dataset)", "architecture": "lenet5", "name": "overfitted"}"#
      let id = try await api.create(.json("/v1/jobs", request))
      _ = try await api.await(id, .succeeded)
      let answer = try await api.answer(to: .get("/v1/jobs/\(id)/diagnosis"))
      #expect(answer.response.fields[.cacheControl] == "no-cache")
      let diagnosis = try expect(answer, 200)
      #expect(diagnosis["job"] == .string(id))
      #expect(diagnosis["is_over"] == .boolean(true))
      #expect(diagnosis["reading"]?["epochs"] == .integer(8))
      #expect(diagnosis["reading"]?["verdict"] == .string("findings"))
      #expect(diagnosis["reading"]?["findings"]?.array?.map { $0["finding"] } == [.string("gap")])
      let head = try await api.create(JobsAPI.job(dataset, name: "birds"))
      _ = try await api.await(head, .succeeded)
      let none = try expect(await api.answer(to: .get("/v1/jobs/\(head)/diagnosis")), 200)
      #expect(none["reading"]?["verdict"] == .string("too_short"))
      let unknown = try expect(await api.answer(to: .get("/v1/jobs/nothing/diagnosis")), 404)
      #expect(unknown["type"] == .string("/problems/unknown-job"))
    }
  }

  @Test("a report's page comes with its style alone allowed, by hash, and nothing else")
  func page() async throws {
    try await withJobs { api in
      let id = try await api.create(JobsAPI.job(try await api.upload(), name: "birds"))
      _ = try await api.await(id, .succeeded)
      let answer = try await api.answer(to: .get("/v1/jobs/\(id)/report", accept: "text/html"))
      let violations = try check.check(answer).violations
      #expect(violations == [])
      let fields = answer.response.fields
      #expect(
        // printf 'p { color: red }' | openssl dgst -sha256 -binary | base64
        fields[.init("Content-Security-Policy")!]
          == "default-src 'none'; img-src data:; style-src 'sha256-ngewhhP73WDIbgwseeu52VAAJgKdGUsu1IUQQsAm8m4='; sandbox"
      )
      #expect(fields[.init("X-Content-Type-Options")!] == "nosniff")
      #expect(fields[.init("Referrer-Policy")!] == "no-referrer")
      let xml = try await api.answer(to: .get("/v1/jobs/\(id)/report", accept: "application/xml"))
      try expect(xml, 406)
    }
  }

  @Test("a stream of events goes on where a client left, and ends with the job")
  func stream() async throws {
    try await withJobs { api in
      let id = try await api.create(JobsAPI.job(try await api.upload(), name: "birds"))
      let whole = try await events(api, id)
      #expect(whole.first == "retry: 2000")
      #expect(whole.last?.hasPrefix("event: done\ndata: {") == true)
      #expect(whole.last?.contains(#""state":"succeeded""#) == true)
      let numbers = whole.dropFirst().dropLast().map { $0.split(separator: "\n")[0] }
      #expect(numbers == (1...numbers.count).map { "id: \($0)" })
      let rest = try await events(api, id, last: "3")
      #expect(rest == [whole[0]] + whole.dropFirst(4))
      #expect(try await events(api, id, last: "999") == [whole[0], whole.last!])
    }
  }

  /// What a stream sent, to its end.
  private func events(_ api: JobsAPI, _ id: String, last: String? = nil) async throws -> [String] {
    var request = TestRequest.get("/v1/jobs/\(id)/events", accept: "text/event-stream")
    if let last { request.fields[.init("Last-Event-ID")!] = last }
    let answer = try await api.answer(to: request)
    #expect(answer.response.fields[.contentType] == "text/event-stream")
    #expect(answer.response.fields[.cacheControl] == "no-cache")
    #expect(answer.response.fields[.init("X-Accel-Buffering")!] == "no")
    let collector = Collector()
    try await #require(answer.response.stream).produce(collector)
    return collector.text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
  }

  @Test("silence is filled with comments, and a server that stops says so")
  func silence() async throws {
    try await withJobs { api in
      let id = try await api.create(JobsAPI.job(try await api.upload(), name: "slow"))
      _ = try await api.await(id, .running)
      let endpoint = JobEventsEndpoint(context: api.context, patience: .milliseconds(20))
      var request = TestRequest.get("/v1/jobs/\(id)/events", accept: "text/event-stream")
      request.fields[.init("Last-Event-ID")!] = "0"
      let route = endpoint.route(in: api.context)
      let path = try #require(JobEventsEndpoint.path.match(["v1", "jobs", id, "events"]))
      let stream = try #require(try await route.answer(to: try request.serverRequest, path).stream)
      let collector = Collector()
      async let produced: Void = stream.produce(collector)
      while collector.text.components(separatedBy: ": still here\n\n").count < 4 {
        try await Task.sleep(for: .milliseconds(5))
      }
      collector.stop()
      try await produced
      #expect(collector.text.components(separatedBy: "\n\n").suffix(2).first?.hasPrefix("event: end\n") == true)
    }
  }

  @Test("a job is paused, goes on, and is ended; what its state does not allow is 409")
  func control() async throws {
    try await withJobs { api in
      let id = try await api.create(JobsAPI.job(try await api.upload(), name: "slow"))
      _ = try await api.await(id, .running)
      #expect(
        try expect(await api.answer(to: .change("/v1/jobs/\(id)/pause")), 200)["desired_state"] == .string("paused"))
      _ = try await api.await(id, .paused)
      try expect(await api.answer(to: .change("/v1/jobs/\(id)", .delete)), 409)
      try expect(
        await api.answer(to: .change("/v1/datasets/\(try await api.jobs.job(id).request.dataset)", .delete)), 409)
      #expect(
        try expect(await api.answer(to: .get("/v1/jobs/\(id)/report")), 404)["type"] == .string("/problems/no-report"))
      try expect(await api.answer(to: .change("/v1/jobs/\(id)/resume")), 200)
      _ = try await api.await(id, .running)
      try expect(await api.answer(to: .change("/v1/jobs/\(id)/cancel")), 200)
      #expect(try await api.await(id, .cancelled).state == .cancelled)
      let problem = try expect(await api.answer(to: .change("/v1/jobs/\(id)/resume")), 409)
      #expect(problem["type"] == .string("/problems/job-state"))
      let body = TestRequest.json("/v1/jobs/\(id)/cancel", #"{"now": true}"#)
      try expect(await api.answer(to: body), 400)
    }
  }

  @Test(
    "a job's body that is not accepted is refused by the member's name",
    arguments: [
      (#"{"kind": "adapt", "base": "resnet8-cifar10", "name": "a"}"#, "the field dataset is missing"),
      (#"{"kind": "adapt", "dataset": "DATASET", "name": "a"}"#, "base"),
      (#"{"dataset": "DATASET", "name": "a"}"#, "the field kind is missing"),
      (
        #"{"kind": "adept", "dataset": "DATASET", "name": "a"}"#,
        "kind=adept is not accepted; accepted: adapt, train, search"
      ),
      (#"{"kind": "adapt", "dataset": "DATASET", "base": "ten"}"#, #""name" is missing"#),
      (#"{"kind": "search", "dataset": "DATASET", "name": "a"}"#, #""space" is missing"#),
      (
        #"{"kind": "search", "dataset": "DATASET", "space": 5}"#,
        #""space" holds 5; accepted: an object with parameters"#
      ),
      (
        #"{"kind": "search", "dataset": "DATASET", "space": {}, "epochs": 3}"#,
        #""epochs" is of no use to a job of the kind search"#
      ),
      (
        #"{"kind": "search", "dataset": "DATASET", "space": {"settings": {"architecture": "lenet5"}, "trials": 2, "#
          + #""parameters": {"learning_rat": {"uniform": [0.1, 1]}}}}"#,
        #""space.parameters.learning_rat" is not known (did you mean learning_rate?); accepted: architecture, "#
      ),
      (
        #"{"kind": "search", "dataset": "DATASET", "space": {"settings": {"architecture": "lenet5"}, "trials": 2, "#
          + #""parameters": {"learning_rate": {"uniform": [0.1, 1000]}}}}"#,
        #""space.parameters.learning_rate"#
      ),
      (#"{"kind": "train", "dataset": "DATASET", "name": "a"}"#, "architecture"),
      (#"{"kind": "train", "dataset": "DATASET", "name": "a", "base": "ten", "architecture": "lenet5"}"#, "base"),
      (
        #"{"kind": "adapt", "dataset": "DATASET", "base": "ten", "name": "a", "speed": 1}"#,
        #"no field "speed" here; accepted: kind, dataset"#
      ),
      (#"{"kind": "adapt", "dataset": "DATASET", "base": "ten", "name": "../a"}"#, "name"),
      (
        #"{"kind": "adapt", "dataset": "DATASET", "base": "ten", "name": 5}"#,
        "name has the wrong type: it has to be a string"
      ),
      (#"{"kind": "adapt", "dataset": "DATASET", "base": "ten", "name": "a", "seed": -1}"#, "seed=-1"),
      (#"{"kind": "adapt", "dataset": "DATASET", "base": "ten", "name": "a", "seed": 1e99}"#, "seed=1e+99"),
      (
        #"{"kind": "adapt", "dataset": "DATASET", "base": "ten", "name": "a", "fine_tune": "yes"}"#,
        "it has to be true or false"
      ),
      (
        #"{"kind": "adapt", "kind": "adapt", "dataset": "DATASET", "base": "ten", "name": "a"}"#,
        #"member "kind" more than once"#
      ),
      (#"{"kind": "adapt", "dataset": "DATASET", "base": "ten", "name": "a",}"#, "a comma stands behind"),
      ("[]", "the outermost value has to be an object"), ("", "the body is empty"),
      ("{", #"accepted: {"kind": "adapt""#),
    ])
  func refusedBody(_ body: String, says: String) async throws {
    try await withJobs { api in
      let dataset = try await api.upload()
      let answer = try await api.answer(to: .json("/v1/jobs", body.replacing("DATASET", with: dataset)))
      let problem = try expect(answer, 400)
      #expect(problem["detail"]?.string?.contains(says) == true, "\(problem["detail"] ?? .null)")
    }
  }

  @Test("what a job needs and is not there is 404, with what there is")
  func unknown() async throws {
    try await withJobs { api in
      let dataset = try await api.upload()
      let cases: [(TestRequest, ProblemKind)] = [
        (JobsAPI.job("none", name: "a"), .unknownDataset),
        (.json("/v1/jobs", #"{"kind": "adapt", "dataset": "\#(dataset)", "base": "x", "name": "a"}"#), .unknownModel),
        (
          .json("/v1/jobs", #"{"kind": "train", "dataset": "\#(dataset)", "architecture": "resnet5", "name": "a"}"#),
          .unknownArchitecture
        ),
        (.get("/v1/jobs/none/events"), .unknownJob), (.get("/v1/jobs/none/report"), .unknownJob),
        (.get("/v1/jobs/none/events", accept: "text/event-stream"), .unknownJob),
        (.change("/v1/jobs/none/pause"), .unknownJob), (.change("/v1/datasets/none", .delete), .unknownDataset),
      ]
      for (request, kind) in cases {
        #expect(
          try expect(await api.answer(to: request), 404)["type"] == .string(kind.type), "\(request.testDescription)")
      }
    }
  }

  @Test("a Last-Event-ID that is no number is refused", arguments: ["x", "-1", "1-2", "9999999999"])
  func badID(_ id: String) async throws {
    try await withJobs { api in
      var request = TestRequest.get("/v1/jobs/none/events", accept: "text/event-stream")
      request.fields[.init("Last-Event-ID")!] = id
      try expect(await api.answer(to: request), 400)
    }
  }

  @Test("without a directory for them every route is 404 and says how to switch it on")
  func disabled() async throws {
    let routes = try await TestAPI.shared.value.router.routes.filter { $0.access == .scope(.train) }
    #expect(routes.count == 14)
    for route in routes {
      let target = "\(route.template)".replacing("{dataset}", with: "x").replacing("{job}", with: "x")
      let request = TestRequest(method: route.method, target: target)
      let problem = try expect(await TestAPI.shared.value.answer(to: request), 404)
      #expect(problem["type"] == .string("/problems/jobs-disabled"))
      #expect(problem["detail"]?.string?.contains("--jobs-directory DIR") == true)
    }
  }

  @Test("every operation on photos and jobs needs the scope train, for reading too; what changes something is guarded")
  func access() {
    let learning = API.endpoints(TestAPI.loading.context).map { type(of: $0) }.filter {
      "\($0.path)".hasPrefix("/v1/datasets") || "\($0.path)".hasPrefix("/v1/jobs")
    }
    #expect(learning.count == 14)
    for endpoint in learning {
      #expect(endpoint.access == .scope(.train), "\(endpoint.name)")
      #expect(endpoint.changesState == (endpoint.method != .get), "\(endpoint.name)")
    }
  }

  /// Answers that hold every member that is described.
  static func answers() async throws -> [TestAnswer] {
    let api = try await JobsAPI()
    var answers = [try await api.upload(JobsAPI.photos)]
    let dataset = try answers[0].json["id"]!.string!
    let more = #", "seed": 1, "new_version": true, "fine_tune": true"#
    let training = TestRequest.json(
      "/v1/jobs",
      #"{"kind": "train", "dataset": "\#(dataset)", "architecture": "lenet5", "name": "digits", "input": [1, 28, 28], "#
        + #""epochs": 1, "batch_size": 2, "learning_rate": 0.1}"#)
    for request in [JobsAPI.job(dataset, name: "birds", more), JobsAPI.job(dataset, name: "broken"), training] {
      let id = try await api.create(request)
      _ = try await api.await(id, .succeeded)
      for part in ["", "/events"] { answers.append(try await api.answer(to: .get("/v1/jobs/\(id)\(part)"))) }
    }
    let overfitted = try await api.create(
      .json(
        "/v1/jobs", #"{"kind": "train", "dataset": "\#(dataset)", "architecture": "lenet5", "name": "overfitted"}"#))
    _ = try await api.await(overfitted, .succeeded)
    answers.append(try await api.answer(to: .get("/v1/jobs/\(overfitted)/diagnosis")))
    let space =
      #"{"settings": {"architecture": "lenet5"}, "parameters": {"learning_rate": {"uniform": [0.1, 1]}}, "trials": 1}"#
    answers.append(
      try await api.answer(
        to: .json("/v1/jobs", #"{"kind": "search", "dataset": "\#(dataset)", "space": \#(space)}"#)))
    let targets = ["/v1/jobs", "/v1/datasets", "/v1/datasets/x", "/v1/jobs/x", "/v1/jobs/x/report"]
    for target in targets { answers.append(try await api.answer(to: .get(target))) }
    answers.append(try await api.upload(.form("/v1/datasets", [])))
    for request in [JobsAPI.job("none", name: "a"), .json("/v1/jobs", "{}")] {
      answers.append(try await api.answer(to: request))
    }
    // A job that runs, caught while it knows how long it still takes.
    let id = try await api.create(JobsAPI.job(dataset, name: "caught"))
    var running = try await api.jobs.job(id)
    running.secondsLeft = 12.5
    answers.append(TestAnswer(operation: "GET /v1/jobs/{job}", response: .json(JobAnswer(running))))
    answers.append(try await TestAPI.shared.value.answer(to: .get("/v1/jobs")))
    // It takes a full house, or a full disk.
    for (operation, error) in [
      ("POST /v1/datasets", .tooManyDatasets(limit: 1)),
      ("DELETE /v1/datasets/{dataset}", .datasetInUse(id: "a", job: "b")),
      (
        "POST /v1/jobs/{job}/pause",
        .impossible(id: "a", state: JobPhase(state: .failed, desired: .running), action: "paused")
      ),
      ("POST /v1/jobs", .nameInUse(name: "a", reason: "others made it")),
      ("POST /v1/jobs", .unusableDataset(id: "a", problem: "the class b has only one image")),
      ("GET /v1/jobs", .storage(reason: "it is full")),
    ] as [(String, JobError)] {
      answers.append(TestAnswer(operation: operation, response: Problem(error).response))
    }
    await api.stop()
    return answers
  }
}

/// What a server knows against a job, and how it gets its model to answer.
@Suite("What a server does for its jobs", .timeLimit(.minutes(5)))
struct JobHookTests {
  /// A repository with a model of somebody else's and one that training made.
  private func withRegistry(_ body: (ModelRegistry, URL) async throws -> Void) async throws {
    let repository = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: repository) }
    try FileManager.default.createDirectory(at: repository, withIntermediateDirectories: true)
    for name in ["resnet8-cifar10", "digits-lenet5"] {
      try FileManager.default.copyItem(
        at: root.appending(path: "models/\(name)"), to: repository.appending(path: name))
    }
    let registry = ModelRegistry()
    try await registry.load(
      ModelRepository(path: repository.path), defaultName: "resnet8-cifar10",
      configuration: ServingConfiguration(threadCount: 1))
    try await body(registry, repository)
    registry.stop()
    await registry.drain()
  }

  @Test(
    "a name is free, of a model that training made with the same classes, or in use, unless a new version is asked for")
  func names() async throws {
    try await withRegistry { registry, _ in
      let check = JobHooks.serving(registry, logger: nil).check
      let digits = (0...9).map(String.init)
      let request = { (name: String, isNew: Bool?) in
        var request = JobRequest(kind: .adapt, dataset: "x", name: name)
        request.newVersion = isNew
        return request
      }
      try await check(request("birds", nil), ["a", "b"])
      try await check(request("digits-lenet5", nil), digits)
      try await check(request("resnet8-cifar10", true), ["a", "b"])
      for (name, classes) in [("resnet8-cifar10", ["a", "b"]), ("digits-lenet5", ["a", "b"])] {
        let error = await #expect(throws: JobError.self) { try await check(request(name, nil), classes) }
        guard case .nameInUse(name, let reason) = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
        let problem = Problem(try #require(error))
        #expect(problem.status == .conflict)
        #expect(problem.detail == "the name \"\(name)\" is in use: \(reason)")
        #expect(
          reason.hasSuffix("; choose another name, or set \"new_version\" to add a version to it all the same"))
        #expect(!reason.contains("/") && !reason.contains("--") && !reason.contains("in use"))
      }
      // Training cannot be told so.
      var training = request("resnet8-cifar10", nil)
      training.kind = .train
      let error = await #expect(throws: JobError.self) { try await check(training, ["a", "b"]) }
      #expect(error.map { "\($0)".hasSuffix("made that model; choose another name") } == true)
      do {
      }
    }
  }

  @Test(
    "a version that a job has made answers without a restart, also of a model that there was not; a pinned one stays")
  func loading() async throws {
    try await withRegistry { registry, repository in
      let hooks = JobHooks.serving(registry, logger: nil)
      #expect(await hooks.bases().sorted() == ["digits-lenet5", "resnet8-cifar10"])
      let model = root.appending(path: "models/resnet8-cifar10/1")
      try FileManager.default.createDirectory(
        at: repository.appending(path: "birds"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: model, to: repository.appending(path: "birds/1"))
      try await hooks.load(Job.Model(name: "birds", version: "1"))
      #expect(try registry.model(named: "birds").version == "1")
      try FileManager.default.copyItem(at: model, to: repository.appending(path: "birds/2"))
      _ = try await registry.load("birds", version: 1)
      try await hooks.load(Job.Model(name: "birds", version: "2"))
      #expect(try registry.model(named: "birds").version == "1")
      _ = try await registry.load("birds")
      try await hooks.load(Job.Model(name: "birds", version: "2"))
      #expect(try registry.model(named: "birds").version == "2")
      await #expect(throws: (any Error).self) { try await hooks.load(Job.Model(name: "owls", version: "1")) }
    }
  }
}
