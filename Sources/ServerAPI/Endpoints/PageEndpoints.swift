import AccessControl
import HTTPCore
import HTTPServer
import HTTPTypes
import WebPage

/// `GET /`: the page on which people see what the server does. It needs no key; what it asks for may. Nor is it counted: it
/// is a dozen files that are held, and whoever opens it has asked for nothing yet.
struct PageEndpoint: Endpoint {
  static let name = "page"
  static let path: PathTemplate = "/"
  static let access = Access.unlimited
  static let isQuick = true

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try context.pageFile(named: WebPage.index, for: request.request)
  }
}

/// `GET /page/{file}`: what the page is made of.
struct PageFileEndpoint: Endpoint {
  static let name = "pageFile"
  static let path: PathTemplate = "/page/{file}"
  static let access = Access.unlimited
  static let isQuick = true

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    try context.pageFile(named: request.path["file"], for: request.request)
  }
}

extension APIContext {
  /// Scripts and styles of the page's own files alone; pictures from them or made in the browser; requests to this server;
  /// in nobody's frame (Content Security Policy Level 3).
  static let pagePolicy = """
    default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'
    """

  fileprivate func pageFile(named name: String, for request: ServerRequest) throws -> ServerResponse {
    guard let file = WebPage.files[name] else { throw ServerFailure.routing(.notFound(path: request.path)) }
    var fields = HTTPFields.ofPage(contentType: file.contentType, policy: Self.pagePolicy)
    fields[.vary] = "Accept-Encoding"
    return pages.response(to: request, name, try MediaType(file.contentType), fields: fields) { file.bytes }
  }
}
