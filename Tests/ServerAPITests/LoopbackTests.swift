import Foundation
import FoundationNetworking
import HTTPServer
import Testing

@testable import ServerAPI

/// What only a connection shows: methods, Allow, HEAD, limits on bodies.
@Suite("Over loopback")
struct LoopbackTests {
  /// Runs `body` with the address of a server that has stopped when this returns.
  private func withServer(
    maximumBodyBytes: Int = 32 << 20, _ body: (String) async throws -> Void
  ) async throws {
    let context = APIContext(
      registry: try await TestAPI.shared.value.context.registry, maximumBodyBytes: maximumBodyBytes)
    let server = Server(
      configuration: ServerConfiguration(hosts: ["127.0.0.1"], port: 0), router: API.router(context),
      problem: API.problem)
    let port = try server.start()[0].port
    try await body("http://127.0.0.1:\(port)")
    await server.stop(gracePeriod: .seconds(5))
  }

  private func send(
    _ method: String, _ address: String, body: [UInt8]? = nil, fields: [String: String] = [:]
  ) async throws -> (Data, HTTPURLResponse) {
    var request = URLRequest(url: URL(string: address)!, cachePolicy: .reloadIgnoringLocalCacheData)
    request.httpMethod = method
    for (name, value) in fields { request.setValue(value, forHTTPHeaderField: name) }
    request.httpBody = body.map { Data($0) }
    if body != nil { request.setValue("image/jpeg", forHTTPHeaderField: "Content-Type") }
    let (data, response) = try await URLSession.shared.data(for: request)
    return (data, try #require(response as? HTTPURLResponse))
  }

  @Test("a method that a path does not have is 405 with Allow", arguments: ["PUT", "DELETE", "PATCH", "POST"])
  func notAllowed(_ method: String) async throws {
    try await withServer { address in
      let (body, response) = try await send(method, "\(address)/v1/models")
      #expect(response.statusCode == 405)
      #expect(response.value(forHTTPHeaderField: "Allow") == "GET, HEAD, OPTIONS")
      #expect(response.value(forHTTPHeaderField: "Content-Type") == "application/problem+json")
      let detail = try JSONValue(json: [UInt8](body))["detail"]?.string
      #expect(detail == "\(method) is not possible at /v1/models; possible: GET, HEAD, OPTIONS.")
    }
  }

  @Test("OPTIONS names the methods of a path")
  func options() async throws {
    try await withServer { address in
      for (path, allow) in [("/v1/classify", "OPTIONS, POST"), ("/readyz", "GET, HEAD, OPTIONS")] {
        let (_, response) = try await send("OPTIONS", address + path)
        #expect(response.statusCode == 204)
        #expect(response.value(forHTTPHeaderField: "Allow") == allow)
      }
    }
  }

  @Test(
    "HEAD sends the header of GET and no body",
    // Not a model's own page, whose counts change while other tests run.
    arguments: ["/v1/models", "/v1/models/ten/summary?format=csv", "/v1/architectures", "/openapi.yaml", "/nothing"])
  func head(_ target: String) async throws {
    try await withServer { address in
      let (get, head) = (try await send("GET", address + target), try await send("HEAD", address + target))
      #expect(head.1.statusCode == get.1.statusCode)
      #expect(head.0.isEmpty)
      for field in ["Content-Type", "Content-Length", "Vary", "ETag", "Cache-Control"] {
        #expect(head.1.value(forHTTPHeaderField: field) == get.1.value(forHTTPHeaderField: field))
      }
    }
  }

  @Test("a summary travels compressed under its own tag, and not again to who has it", arguments: ["gzip", "identity"])
  func conditional(_ coding: String) async throws {
    try await withServer { address in
      let target = "\(address)/v1/models/ten/summary"
      let (body, first) = try await send("GET", target, fields: ["Accept-Encoding": coding])
      let tag = try #require(first.value(forHTTPHeaderField: "ETag"))
      #expect(tag.contains("-gzip") == (coding == "gzip"))
      #expect(try JSONValue(json: [UInt8](body))["name"]?.string == "resnet8")
      let condition = ["Accept-Encoding": coding, "If-None-Match": tag]
      let (rest, second) = try await send("GET", target, fields: condition)
      #expect(second.statusCode == 304)
      #expect(rest.isEmpty)
      for field in ["ETag", "Vary", "Cache-Control"] {
        #expect(second.value(forHTTPHeaderField: field) == first.value(forHTTPHeaderField: field))
      }
      #expect(first.value(forHTTPHeaderField: "Vary") == "Accept, Accept-Encoding")
    }
  }

  @Test("a body beyond the limit is 413 and names the limit")
  func bodyTooLarge() async throws {
    try await withServer(maximumBodyBytes: 1000) { address in
      let (body, response) = try await send("POST", "\(address)/v1/classify", body: jpeg)
      let problem = try JSONValue(json: [UInt8](body))
      #expect(response.statusCode == 413)
      #expect(problem["type"]?.string == "/problems/body-too-large")
      #expect(problem["limit"]?.integer == 1000)
    }
  }

  @Test("an image is classified")
  func classification() async throws {
    try await withServer { address in
      let (body, response) = try await send("POST", "\(address)/v1/classify", body: jpeg)
      #expect(response.statusCode == 200)
      #expect(try JSONValue(json: [UInt8](body))["model"]?.string == "resnet8-cifar10")
    }
  }
}
