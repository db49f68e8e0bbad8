import HTTPCore
import HTTPServer
import HTTPTypes

extension ServerResponse {
  /// `value` as JSON with sorted keys, so that equal answers are equal bytes, and a line end for terminals.
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> ServerResponse {
    ServerResponse(status: status, fields: [.contentType: MediaType.json.description], body: encodedJSON(value))
  }
}

/// JSON as the server sends it, or indented as the command line shows it.
public func encodedJSON(_ value: some Encodable, pretty: Bool = false) -> [UInt8] {
  let writer = JSONWriter()
  do {
    try writer.write(value)
  } catch {
    preconditionFailure("our own answers can always be encoded: \(error)")
  }
  writer.bytes.append(UInt8(ascii: "\n"))
  return pretty ? indented(json: writer.bytes) : writer.bytes
}
