import HTTPServer

/// The body of operations that are told everything by their path and query.
enum EmptyBody {
  /// Refuses a body that means something: whoever sends it would think that it is obeyed. An empty JSON object is
  /// accepted, since some clients send one with every POST.
  static func require(_ request: ServerRequest) throws(RequestError) {
    let text = request.body.filter { !" \t\r\n".utf8.contains($0) }
    guard text.isEmpty || text.elementsEqual("{}".utf8) else { throw .unexpectedBody }
  }
}
