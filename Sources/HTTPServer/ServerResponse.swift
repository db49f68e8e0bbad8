import HTTPCore
import HTTPTypes

/// A handler's answer. Length, date and connection fields are the server's business and are added by it.
public struct ServerResponse: Sendable, Equatable {
  /// A final status, 200 to 599.
  public var status: HTTPResponse.Status
  public var fields: HTTPFields
  /// Left out of the answer to HEAD and of 204 and 304.
  public var body: [UInt8]
  /// Makes the body while it is sent, in the place of `body`; nil where the body is there as a whole.
  public var stream: ResponseStream?

  public init(status: HTTPResponse.Status, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  public init(status: HTTPResponse.Status = .ok, contentType: MediaType, body: [UInt8]) {
    self.init(status: status, fields: [.contentType: contentType.description], body: body)
  }

  /// An answer whose body is made while it is sent.
  public init(status: HTTPResponse.Status = .ok, contentType: MediaType, stream: ResponseStream) {
    self.init(status: status, fields: [.contentType: contentType.description])
    self.stream = stream
  }

  /// Bytes of the body; nil where nobody knows them beforehand.
  var bodyLength: Int? { stream == nil ? body.count : nil }

  /// Two streams are equal if they are the same.
  public static func == (left: ServerResponse, right: ServerResponse) -> Bool {
    left.status == right.status && left.fields == right.fields && left.body == right.body
      && left.stream === right.stream
  }

  /// An answer of plain UTF-8 text.
  public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> ServerResponse {
    ServerResponse(
      status: status, fields: [.contentType: "text/plain; charset=utf-8"], body: Array(text.utf8))
  }
}
