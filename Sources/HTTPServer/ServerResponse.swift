import HTTPCore
import HTTPTypes

/// A handler's answer. Length, date and connection fields are the server's business and are added by it.
public struct ServerResponse: Sendable, Equatable {
  /// A final status, 200 to 599.
  public var status: HTTPResponse.Status
  public var fields: HTTPFields
  /// Left out of the answer to HEAD and of 204 and 304.
  public var body: [UInt8]

  public init(status: HTTPResponse.Status, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  public init(status: HTTPResponse.Status = .ok, contentType: MediaType, body: [UInt8]) {
    self.init(status: status, fields: [.contentType: contentType.description], body: body)
  }

  /// An answer of plain UTF-8 text.
  public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> ServerResponse {
    ServerResponse(
      status: status, fields: [.contentType: "text/plain; charset=utf-8"], body: Array(text.utf8))
  }
}
