import AccessControl
import HTTPCore
import HTTPServer
import HTTPTypes
import Testing
import WebPage

@testable import ServerAPI

/// The page, as browsers get it, and what it is told of the operations that there are.
@Suite("The page")
struct PageTests {
  private static let targets = ["/"] + WebPage.files.keys.sorted().map { "/page/\($0)" }

  private func answer(_ target: String, _ fields: HTTPFields = [:]) async throws -> ServerResponse {
    try await TestAPI.shared.value.answer(to: TestRequest(target: target, fields: fields)).response
  }

  @Test("every answer of it says that nothing may come from elsewhere", arguments: targets)
  func policy(_ target: String) async throws {
    let first = try await answer(target)
    let second = try await answer(target, [.ifNoneMatch: try #require(first.fields[.eTag])])
    #expect(first.status == .ok)
    #expect(second.status == .notModified)
    #expect(second.body.isEmpty)
    for response in [first, second] {
      #expect(
        response.fields[.contentSecurityPolicy] == """
          default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
          base-uri 'none'; form-action 'self'; frame-ancestors 'none'
          """)
      #expect(response.fields[HTTPField.Name("X-Content-Type-Options")!] == "nosniff")
      #expect(response.fields[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
    }
  }

  @Test("text is compressed where browsers want that, photos never", arguments: targets)
  func coding(_ target: String) async throws {
    let response = try await answer(target, [.acceptEncoding: "gzip, deflate, br"])
    let plain = try await answer(target)
    let isText = !target.hasSuffix(".jpg") && plain.body.count >= 1024
    #expect(response.fields[.contentEncoding] == (isText ? "gzip" : nil))
    #expect(response.fields[.eTag] != plain.fields[.eTag] || !isText)
  }

  @Test("what it has not is a problem like any other")
  func unknown() async throws {
    let answer = try await TestAPI.shared.value.answer(to: .get("/page/nothing.js"))
    #expect(answer.response.status == .notFound)
    #expect(try answer.json["type"]?.string == "/problems/not-found")
    let violations = try AnswerCheck().check(answer).violations
    #expect(violations == [])
  }

  /// The operations that `GET /v1` lists for a client, by their names.
  private func operations(
    _ part: API.Part, open: Set<String> = [], _ permissions: ClientPermissions = .all
  ) async throws -> [String: Bool] {
    let api = try await TestAPI.shared.value
    let router = API.router(api.context, serving: part, openOperations: open)
    let route = try #require(router.routes.first { $0.name == "listOperations" })
    var request = try TestRequest.get("/v1").serverRequest
    request.permissions = permissions
    let answer = TestAnswer(operation: "GET /v1", response: try await route.answer(to: request, PathParameters()))
    let violations = try AnswerCheck().check(answer).violations
    #expect(violations == [])
    #expect(try answer.json["asks_for_keys"] == .boolean(permissions.asksForKeys))
    let list = try #require(try answer.json["operations"]?.array)
    return Dictionary(uniqueKeysWithValues: list.map { ($0["name"]!.string!, $0["allowed"] == .boolean(true)) })
  }

  @Test("each address lists its own operations; learning is listed where there is a directory for it")
  func parts() async throws {
    let api = try await TestAPI.shared.value
    for part in [API.Part.all, .main, .admin] {
      let routes = API.router(api.context, serving: part).routes.filter { $0.access != .scope(.train) }
      #expect(try await Set(operations(part).keys) == Set(routes.map(\.name)))
    }
  }

  @Test("a client may use what its scopes and its place allow, and what is opened")
  func allowed() async throws {
    let permissions = ClientPermissions(asksForKeys: true) { access, changesState in
      access == .scope(.infer) || access == .open || access == .unlimited
    }
    let listed = try await operations(.all, open: ["events"], permissions)
    #expect(listed["classify"] == true)
    #expect(listed["page"] == true)
    #expect(listed["events"] == true)
    #expect(listed["listModels"] == false)
    #expect(listed["unloadModel"] == false)
    let elsewhere = ClientPermissions(asksForKeys: false) { _, changesState in !changesState }
    let readable = try await operations(.all, open: [], elsewhere)
    #expect(readable["unloadModel"] == false)
    #expect(readable["listModels"] == true)
  }
}
