import HTTPCore
import HTTPServer
import HTTPTypes
import Testing

@Suite("Router")
struct RouterTests {
  private static func route(_ method: HTTPRequest.Method, _ template: PathTemplate) -> Route {
    Route(method, template, name: "\(method) \(template)") { _, _ in .text("") }
  }

  private let router = Router([
    route(.get, "/"), route(.get, "/v2/models/{model}"), route(.post, "/v2/models/{model}"),
    route(.get, "/v2/models/stats"), route(.get, "/v1/models/{model}/summary"), route(.post, "/v1/classify"),
    route(.delete, "/v1/{kind}/x/summary"),
  ])

  private func resolve(_ method: HTTPRequest.Method, _ target: String) throws -> String {
    switch router.resolve(method: method, target: try RequestTarget(target, method: method)) {
    case .route(let route, let parameters):
      route.name + route.template.parameterNames.map { " \($0)=\(parameters[$0])" }.joined()
    case .options(let options): "options " + options.allowed.map(\.rawValue).joined(separator: ",")
    case .failure(let failure): "\(failure.status.code) \(failure)"
    }
  }

  @Test(
    "requests find their route",
    arguments: [
      (.get, "/", "GET /"), (.get, "/v2/models/a%20b", "GET /v2/models/{model} model=a b"),
      (.get, "/v2/models/stats", "GET /v2/models/stats"),
      (.post, "/v2/models/stats", "POST /v2/models/{model} model=stats"),
      (.head, "/v1/models/m/summary?x=1", "GET /v1/models/{model}/summary model=m"),
      (.get, "/v1/models/x/summary", "GET /v1/models/{model}/summary model=x"),
      (.delete, "/v1/models/x/summary", "DELETE /v1/{kind}/x/summary kind=models"),
      (.post, "/v1/classify/", "POST /v1/classify"),
    ] as [(HTTPRequest.Method, String, String)])
  func found(_ method: HTTPRequest.Method, _ target: String, _ expected: String) throws {
    #expect(try resolve(method, target) == expected)
  }

  @Test(
    "OPTIONS, unknown paths and wrong methods",
    arguments: [
      (.options, "*", "options DELETE,GET,HEAD,OPTIONS,POST"), (.options, "/v1/classify", "options OPTIONS,POST"),
      (.options, "/v1/models/x/summary", "options DELETE,GET,HEAD,OPTIONS"),
      (.options, "/nothing", "404 There is nothing at /nothing."), (.get, "/v1", "404 There is nothing at /v1."),
      (.get, "/v1/classify", "405 GET is not possible at /v1/classify; possible: OPTIONS, POST."),
      (.head, "/v1/classify", "405 HEAD is not possible at /v1/classify; possible: OPTIONS, POST."),
      (HTTPRequest.Method("BREW")!, "/v1/classify", "501 The method BREW is not known here."),
      (.connect, "a:1", "405 CONNECT is not possible at a:1; no method is."),
    ] as [(HTTPRequest.Method, String, String)])
  func automatic(_ method: HTTPRequest.Method, _ target: String, _ expected: String) throws {
    #expect(try resolve(method, target) == expected)
  }

  @Test("the table can be read back")
  func table() {
    #expect(router.routes.map(\.template.description).contains("/v1/models/{model}/summary"))
    #expect(router.routes.count == 7)
  }
}
