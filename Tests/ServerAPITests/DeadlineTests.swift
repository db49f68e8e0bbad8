import HTTPCore
import HTTPServer
import HTTPTypes
import ModelServing
import Testing

@testable import ServerAPI

@Suite("Deadlines")
struct DeadlineTests {
  private func options(
    header: String? = nil, query: Int? = nil, longest: Duration = .seconds(30)
  ) throws -> ClassificationOptions {
    var fields: HTTPFields = [.contentLength: "1"]
    fields[HTTPField.Name("X-Request-Timeout")!] = header
    let target = "/v1/classify" + (query.map { "?timeout_ms=\($0)" } ?? "")
    let request = try TestRequest(method: .post, target: target, fields: fields, body: [0])
      .serverRequest
    return try ClassificationRequest(
      request, ClassificationHeader(request.head, longestTimeout: longest),
      query: Query(request.query, accepted: ["timeout_ms"]), maximumImages: 1
    ).options
  }

  @Test("a request has the time of the server, unless it asks for less")
  func bounds() throws {
    #expect(try options().timeout == .seconds(30))
    #expect(try options(header: "2").timeout == .seconds(2))
    #expect(try options(header: "0.25").timeout == .milliseconds(250))
    #expect(try options(header: "3600").timeout == .seconds(30))
    #expect(try options(query: 1500).timeout == .milliseconds(1500))
    #expect(try options(query: 600_000).timeout == .seconds(30))
    #expect(try options(header: "2", query: 1500).timeout == .milliseconds(1500))
    #expect(try options(header: "1", query: 1500).timeout == .seconds(1))
  }

  @Test("what is no number of seconds is refused", arguments: ["", "x", "0", "-1", "1e9", "nan", "inf", "1s"])
  func malformed(header: String) {
    #expect(throws: RequestError.self) { try options(header: header) }
  }

  @Test("a model that is loading, and one that is unknown, are told by the header alone")
  func headCheck() async throws {
    let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/v1/models/x/classify?a=b")
    func answer(_ api: TestAPI) throws -> TestAnswer? {
      let target = try RequestTarget(head.path!)
      guard case .route(let route, let path) = api.router.resolve(method: .post, target: target),
        case .answer(let response) = route.headCheck(head, target, path)
      else { return nil }
      return TestAnswer(operation: nil, response: response)
    }
    #expect(try answer(TestAPI.loading)?.json["type"]?.string == "/problems/not-ready")
    let unknown = try answer(try await TestAPI.shared.value)
    #expect(try unknown?.json["type"]?.string == "/problems/unknown-model")
    #expect(try unknown?.json["instance"]?.string == "/v1/models/x/classify")
  }
}
