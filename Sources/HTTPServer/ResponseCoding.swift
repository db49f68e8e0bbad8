import HTTPCore
import HTTPTypes

/// Compresses answers for clients that accept it, where it is worth it.
///
/// A handler that holds compressed answers asks for the coding and puts it into Content-Encoding itself.
public struct ResponseCoding: Sendable {
  /// Bytes from which compressing gains anything: less fits into the first packet anyway.
  private static let minimumBytes = 1 << 10

  private let accepted: AcceptEncoding

  public init(_ request: HTTPRequest) { accepted = AcceptEncoding(request.headerFields) }

  /// Whether there is any coding for this client, "none" included.
  var isPossible: Bool { accepted.choice(isWorthIt: true) != nil }

  /// The coding of an answer to this client.
  ///
  /// - Parameter length: bytes of the body; nil where it is made while it is sent.
  public func coding(for length: Int?, of type: MediaType) -> ContentCoding {
    // Who accepts none at all was refused before the answer was worked out.
    accepted.choice(isWorthIt: Self.isWorthIt(length, type)) ?? .identity
  }

  private static func isWorthIt(_ length: Int?, _ type: MediaType) -> Bool {
    (length ?? .max) >= minimumBytes && type.isCompressible
  }

  /// The answer in the coding that suits it and the client, and the coding that a streamed body still has to get. An answer
  /// that is coded already stays as it is.
  func applied(to response: ServerResponse) -> (response: ServerResponse, streamCoding: ContentCoding) {
    guard response.bodyLength != 0, response.fields[.contentEncoding] == nil else { return (response, .identity) }
    let type = response.fields[.contentType].flatMap { try? MediaType($0) }
    let isWorthIt = type.map { Self.isWorthIt(response.bodyLength, $0) } ?? false
    var coded = response
    // Caches must know that another client may get other bytes, whatever this one gets.
    if isWorthIt && !response.fields.elements(of: .vary).contains("accept-encoding") {
      coded.fields.append(HTTPField(name: .vary, value: "Accept-Encoding"))
    }
    guard let coding = accepted.choice(isWorthIt: isWorthIt), coding != .identity else { return (coded, .identity) }
    coded.fields[.contentEncoding] = coding.rawValue
    if response.stream != nil { return (coded, coding) }
    coded.body = ContentEncoder(coding).encode(response.body[...], isLast: true)
    return (coded, .identity)
  }
}
