import Foundation
import FoundationNetworking
import HTTPCore
import HTTPServer
import HTTPTypes
import Synchronization
import Testing

@testable import ModelServing
@testable import ServerAPI

@Suite("Metrics")
struct MetricsTests {
  /// A server of its own, so that nobody else's requests are counted.
  private static func withServer(_ body: (MetricsServer) async throws -> Void) async throws {
    let registry = try await TestAPI.shared.value.context.registry
    let metrics = ServerMetrics(version: "1.2.3")
    let answered = AnsweredCount()
    let context = APIContext(registry: registry, metrics: metrics)
    let server = Server(
      configuration: ServerConfiguration(hosts: ["127.0.0.1"], port: 0), router: API.router(context),
      problem: API.problem, counters: metrics.counters,
      observer: { record in
        metrics.observe(record)
        answered.increase()
      })
    let port = try server.start()[0].port
    try await body(MetricsServer(address: "http://127.0.0.1:\(port)", answered: answered))
    await server.stop(gracePeriod: .seconds(5))
  }

  @Test("requests are counted by operation, method, status and model, and their images by where the time went")
  func requests() async throws {
    try await Self.withServer { server in
      for _ in 0..<3 { #expect(try await server.send("POST", "/v1/classify", jpeg) == 200) }
      #expect(try await server.send("POST", "/v1/models/wide/classify", Array("no picture".utf8)) == 400)
      #expect(try await server.send("GET", "/v1/models/nothing") == 404)
      let samples = try await server.samples()
      let requests = "convserve_requests_total"
      #expect(
        samples[#"\#(requests){method="POST",model="resnet8-cifar10",route="classify",status="200"}"#] == 3)
      #expect(samples[#"\#(requests){method="POST",model="wide",route="classifyWithModel",status="400"}"#] == 1)
      #expect(samples[#"\#(requests){method="GET",model="",route="getModel",status="404"}"#] == 1)
      #expect(samples[#"convserve_request_duration_seconds_count{route="classify"}"#] == 3)
      for part in ["decode", "queue", "compute", "total"] {
        #expect(samples[#"convserve_image_\#(part)_seconds_count{model="resnet8-cifar10"}"#] == 3)
        #expect(samples[#"convserve_image_\#(part)_seconds_count{model="wide"}"#] == 0)
      }
      let total = try #require(samples[#"convserve_image_total_seconds_sum{model="resnet8-cifar10"}"#])
      let parts = ["decode", "compute"].compactMap {
        samples[#"convserve_image_\#($0)_seconds_sum{model="resnet8-cifar10"}"#]
      }
      #expect(parts.allSatisfy { $0 > 0 && $0 <= total })
      #expect(try #require(samples["convserve_received_bytes_total"]) > Double(3 * jpeg.count))
      #expect(try #require(samples["convserve_sent_bytes_total"]) > 0)
      #expect(samples[#"convserve_build_info{version="1.2.3"}"#] == 1)
      #expect(samples["convserve_ready"] == 1)
      #expect(try #require(samples[#"convserve_batch_size_count{model="resnet8-cifar10"}"#]) >= 3)
      #expect(samples[#"convserve_queue_capacity{model="ten"}"#] == 1000)
      #expect(try #require(samples[#"convserve_model_load_seconds{model="ten"}"#]) > 0)
    }
  }

  @Test("no path, method or model that a client invents makes a series")
  func cardinality() async throws {
    try await Self.withServer { server in
      func invent(_ number: Int) async throws {
        _ = try await server.send("GET", "/nothing/\(number)")
        _ = try await server.send("GET", "/v1/models/model-\(number)")
        _ = try await server.send("INVENT\(number)", "/v1/models")
      }
      try await invent(0)
      _ = try await server.samples()
      let before = try await server.samples()
      for number in 1...20 { try await invent(number) }
      let after = try await server.samples()
      #expect(Set(after.keys) == Set(before.keys))
      #expect(after[#"convserve_requests_total{method="other",model="",route="none",status="501"}"#] == 21)
    }
  }

  @Test("what a model did not answer for want of time or room is counted by its reason")
  func failures() throws {
    let metrics = ServerMetrics()
    metrics.failed(BatchQueueError.full(capacity: 1, retryAfter: .zero), model: "m")
    metrics.failed(DeadlineExceeded(), model: "m")
    metrics.failed(DeadlineExceeded(), model: "m")
    metrics.failed(CancellationError(), model: "m")
    metrics.failed(BatchQueueError.tooManySamples(2, capacity: 1), model: "m")
    let lines = metrics.text(of: ModelRegistry()).split(separator: "\n")
    #expect(lines.contains(#"convserve_requests_rejected_total{model="m"} 1"#))
    #expect(lines.contains(#"convserve_requests_expired_total{model="m"} 2"#))
    #expect(lines.contains(#"convserve_requests_cancelled_total{model="m"} 1"#))
  }

  @Test("while models are loaded the server's own numbers are there")
  func loading() async throws {
    let answer = try await TestAPI.loading.answer(to: .get("/metrics"))
    #expect(answer.response.status == .ok)
    let text = String(decoding: answer.response.body, as: UTF8.self)
    #expect(text.contains("\nconvserve_ready 0\n"))
    #expect(text.contains("\nprocess_resident_memory_bytes "))
  }

  /// Series of a server that has answered a classification.
  private static func names() async throws -> Set<String> {
    var names: Set<String> = []
    try await withServer { server in
      _ = try await server.send("POST", "/v1/classify", jpeg)
      names = Set(try await server.samples().keys.map { String($0.prefix { $0 != "{" }) })
    }
    return names
  }

  @Test("every query of the dashboard asks for series that exist")
  func dashboard() async throws {
    let names = try await Self.names()
    let data = try Data(contentsOf: root.appending(path: "deploy/grafana/convserve.json"))
    let dashboard = try JSONValue(json: [UInt8](data))
    let queries = dashboard["panels"]!.array!.flatMap { $0["targets"]!.array! }.map { $0["expr"]!.string! }
    #expect(queries.count >= 20)
    for query in queries {
      let asked = query.matches(of: /(convserve|process)_[a-z_]+/).map { String($0.output.0) }
      #expect(!asked.isEmpty, "\(query)")
      for name in asked { #expect(names.contains(name), "\(name) in \(query)") }
    }
  }

  @Test("docs/operations.md lists every metric with its type, and no other")
  func documentation() async throws {
    let text = try String(contentsOf: root.appending(path: "docs/operations.md"), encoding: .utf8)
    let documented = text.matches(of: /\n\| `((?:convserve|process)_[a-z_]+)` \| (counter|gauge|histogram) \|/)
      .map { "\($0.output.1) \($0.output.2)" }
    var exposed: [String] = []
    try await Self.withServer { server in
      _ = try await server.send("POST", "/v1/classify", jpeg)
      _ = try await server.samples()
      exposed = try await server.text().matches(of: /# TYPE ([a-z_]+ [a-z]+)\n/).map { String($0.output.1) }
    }
    #expect(documented.sorted() == exposed.sorted())
  }
}

/// Requests that the metrics have seen.
private final class AnsweredCount: Sendable {
  private let count = Atomic<Int>(0)

  var value: Int { count.load(ordering: .acquiring) }
  func increase() { count.add(1, ordering: .releasing) }
}

/// A running server, asked over HTTP.
private struct MetricsServer {
  let address: String
  let answered: AnsweredCount

  func send(_ method: String, _ path: String, _ body: [UInt8]? = nil) async throws -> Int {
    var request = URLRequest(url: URL(string: address + path)!)
    request.httpMethod = method
    request.httpBody = body.map { Data($0) }
    if body != nil { request.setValue("image/jpeg", forHTTPHeaderField: "Content-Type") }
    let before = answered.value
    let (_, response) = try await URLSession.shared.data(for: request)
    // A request is counted right after its answer, which the client may have by then.
    for _ in 0..<12_000 where answered.value == before { try await Task.sleep(for: .milliseconds(5)) }
    return try #require(response as? HTTPURLResponse).statusCode
  }

  func text() async throws -> String {
    let (data, _) = try await URLSession.shared.data(from: URL(string: "\(address)/metrics")!)
    return String(decoding: data, as: UTF8.self)
  }

  /// Values by name and labels, as they are written.
  func samples() async throws -> [String: Double] {
    try await text().split(separator: "\n").filter { !$0.hasPrefix("#") }.reduce(into: [:]) { samples, line in
      let parts = line.split(separator: " ")
      samples[parts.dropLast().joined(separator: " ")] = Double(parts.last!)
    }
  }
}
