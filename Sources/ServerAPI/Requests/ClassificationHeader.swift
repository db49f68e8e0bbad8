import HTTPCore
import HTTPTypes

/// What the header of a classification request says: enough to refuse the request before its body has come.
struct ClassificationHeader: Sendable {
  /// Of the body; nil where the header does not say.
  let type: MediaType?
  /// The time that the header allows, and the server.
  let timeout: Duration

  /// - Parameter longestTimeout: that the server allows, and where the request names none.
  /// - Throws: `RequestError`, `MediaTypeError`.
  init(_ head: HTTPRequest, longestTimeout: Duration) throws {
    type = try Self.type(of: head)
    timeout = try Self.timeout(of: head, longest: longestTimeout)
  }

  /// - Throws: `RequestError.unsupportedMediaType`, `MediaTypeError`.
  private static func type(of head: HTTPRequest) throws -> MediaType? {
    guard let type = try head.headerFields[.contentType].map({ try MediaType($0) }) else { return nil }
    // What an image really is shows in its bytes.
    let accepted = ClassificationRequest.acceptedTypes
    guard accepted.contains(type.essence) || type.essence.hasPrefix("image/") else {
      throw RequestError.unsupportedMediaType(type.essence, accepted: accepted)
    }
    return type
  }

  /// That of `X-Request-Timeout`, in seconds, but no more than the server's.
  private static func timeout(of head: HTTPRequest, longest: Duration) throws(RequestError) -> Duration {
    guard let text = head.headerFields[.requestTimeout] else { return longest }
    guard let seconds = DecimalNumber.fractional(text), (0.001...86_400).contains(seconds) else {
      throw .unacceptedValue(
        name: "X-Request-Timeout", value: text, accepted: ["seconds from 0.001 to 86400, such as 2 or 0.25"])
    }
    return min(longest, .milliseconds(Int64((seconds * 1000).rounded())))
  }
}

extension HTTPField.Name {
  fileprivate static let requestTimeout = HTTPField.Name("X-Request-Timeout")!
}
