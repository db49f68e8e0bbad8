import HTTPTypes

/// Turns responses into bytes (RFC 9112 sections 4 to 7); it knows the request that is answered.
///
/// The fields Content-Length, Transfer-Encoding, Connection and Date belong to the serializer: those that a response
/// carries are left out, so that no handler can break the framing. Line ends cannot be injected through values:
/// whatever is not allowed in a field value is written as a space.
public struct ResponseSerializer: Sendable {
  public let method: HTTPRequest.Method
  public let version: HTTPVersion
  /// Whether the connection stays open after this response.
  public let keepsAlive: Bool

  public init(method: HTTPRequest.Method, version: HTTPVersion, keepsAlive: Bool) {
    self.method = method
    self.version = version
    self.keepsAlive = keepsAlive
  }

  private static let owned: Set<HTTPField.Name> = [.contentLength, .transferEncoding, .connection, .date]

  /// The interim answer that asks for the body (RFC 9110 section 15.2.1).
  public static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  /// The framing that a response gets.
  ///
  /// - Parameter bodyLength: nil where the body is made while it is sent.
  public func framing(of response: HTTPResponse, bodyLength: Int?) -> ResponseFraming {
    ResponseFraming(method: method, version: version, status: response.status, length: bodyLength)
  }

  /// Status line and header with the empty line behind.
  ///
  /// - Parameters:
  ///   - bodyLength: bytes of the body, also when it is not sent (HEAD); nil where it is made while it is sent.
  ///   - date: the value of Date, see `HTTPDate`.
  public func head(_ response: HTTPResponse, bodyLength: Int?, date: String) -> [UInt8] {
    precondition(response.status.code >= 200, "interim responses are not the final answer")
    let framing = framing(of: response, bodyLength: bodyLength)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    // Always our own version: RFC 9110 section 2.5 asks for the highest one that the server conforms to.
    bytes += "HTTP/1.1 \(response.status.code) \(response.status.reasonPhrase)\r\n".utf8
    for field in response.headerFields where !Self.owned.contains(field.name) {
      append(field, to: &bytes)
    }
    bytes += "Date: \(date)\r\n".utf8
    bytes += framingFields(framing).utf8
    bytes += (keepsAlive ? keepAliveField : "Connection: close\r\n").utf8
    bytes += "\r\n".utf8
    return bytes
  }

  private var keepAliveField: String { version < .http11 ? "Connection: keep-alive\r\n" : "" }

  private func framingFields(_ framing: ResponseFraming) -> String {
    switch framing {
    case .length(let length), .headerOnly(.some(let length)): "Content-Length: \(length)\r\n"
    case .chunked: "Transfer-Encoding: chunked\r\n"
    case .headerOnly(.none), .none, .untilClose: ""
    }
  }

  /// Names are tokens by their type; values are checked once more, here where the bytes go out.
  private func append(_ field: HTTPField, to bytes: inout [UInt8]) {
    bytes += field.name.rawName.utf8
    bytes += ": ".utf8
    field.withUnsafeBytesOfValue { value in
      bytes += value.lazy.map { ASCII.isForbiddenControl($0) ? ASCII.space : $0 }
    }
    bytes += "\r\n".utf8
  }
}
