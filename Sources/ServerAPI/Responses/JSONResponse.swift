import Foundation
import HTTPCore
import HTTPServer
import HTTPTypes

extension ServerResponse {
  /// `value` as JSON with sorted keys, so that equal answers are equal bytes, and a line end for terminals.
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> ServerResponse {
    ServerResponse(status: status, fields: [.contentType: MediaType.json.description], body: encodedJSON(value))
  }
}

/// JSON as the server sends it.
public func encodedJSON(_ value: some Encodable, pretty: Bool = false) -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
  // A score can be infinite where a network overflows; JSON has no word for that.
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  do {
    return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
  } catch {
    preconditionFailure("our own answers can always be encoded: \(error)")
  }
}
