import HTTPCore
import HTTPTypes
import Testing

/// What the WHATWG's Fetch standard asks of a server.
@Suite("CORSPolicy")
struct CORSPolicyTests {
  private func request(origin: String?, _ more: HTTPFields = [:]) -> HTTPRequest {
    var fields = more
    fields[.origin] = origin
    return HTTPRequest(method: .options, scheme: "http", authority: "a", path: "/", headerFields: fields)
  }

  @Test(
    "the answer names the origin that may read it, and only that",
    arguments: [
      (["https://a.example"], "https://a.example", "https://a.example", "Origin"),
      (["https://a.example"], "https://b.example", nil, "Origin"),
      (["https://a.example"], "http://a.example", nil, "Origin"),
      (["https://a.example"], "https://a.example:8443", nil, "Origin"),
      (["https://a.example"], "null", nil, "Origin"), (["https://a.example"], nil, nil, "Origin"),
      (["https://a.example", "http://localhost:3000"], "http://localhost:3000", "http://localhost:3000", "Origin"),
      (["*"], "https://b.example", "*", nil), (["*"], nil, nil, nil),
    ] as [([String], String?, String?, String?)])
  func answer(_ origins: [String], _ origin: String?, _ allowed: String?, _ vary: String?) throws {
    let fields = try CORSPolicy(origins: origins).answerFields(for: request(origin: origin))
    #expect(fields[.accessControlAllowOrigin] == allowed)
    #expect(fields[.vary] == vary)
    #expect(fields[.accessControlAllowCredentials] == nil)
  }

  @Test("a preflight learns methods and fields; what is none, or from elsewhere, learns nothing")
  func preflight() throws {
    let policy = try CORSPolicy(origins: ["https://a.example"])
    let asked: HTTPFields = [.accessControlRequestMethod: "POST", .accessControlRequestHeaders: "content-type, x-key"]
    let fields = policy.preflightFields(for: request(origin: "https://a.example", asked), allowed: [.options, .post])
    #expect(fields[.accessControlAllowMethods] == "OPTIONS, POST")
    #expect(fields[.accessControlAllowHeaders] == "content-type, x-key")
    #expect(fields[.accessControlMaxAge] == "600")
    #expect(policy.preflightFields(for: request(origin: "https://b.example", asked), allowed: [.post]) == [:])
    #expect(policy.preflightFields(for: request(origin: "https://a.example"), allowed: [.post]) == [:])
  }

  @Test(
    "what is no origin is refused",
    arguments: [
      "a.example", "https://a.example/", "https://A.example", "https://a.example/x", "https://", "://a", "null", "",
    ])
  func malformed(_ text: String) {
    #expect(throws: CORSPolicyError.malformedOrigin(seen: text)) { try CORSPolicy(origins: [text]) }
  }
}
