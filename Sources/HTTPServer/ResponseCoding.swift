import HTTPCore
import HTTPTypes

/// Compresses answers for clients that accept it, where it is worth it.
struct ResponseCoding: Sendable {
  /// Bytes from which compressing gains anything: less fits into the first packet anyway.
  private static let minimumBytes = 1 << 10

  private let accepted: AcceptEncoding

  init(_ request: HTTPRequest) { accepted = AcceptEncoding(request.headerFields) }

  /// Whether there is any coding for this client, "none" included.
  var isPossible: Bool { accepted.choice(isWorthIt: true) != nil }

  /// The answer in the coding that suits it and the client, and the coding that a streamed body still has to get. An answer
  /// that is coded already stays as it is.
  func applied(to response: ServerResponse) -> (response: ServerResponse, streamCoding: ContentCoding) {
    let hasBody = response.stream != nil || !response.body.isEmpty
    guard hasBody, response.fields[.contentEncoding] == nil else { return (response, .identity) }
    let isWorthIt = isWorthIt(response)
    var coded = response
    // Caches must know that another client may get other bytes, whatever this one gets.
    if isWorthIt { coded.fields.append(HTTPField(name: .vary, value: "Accept-Encoding")) }
    guard let coding = accepted.choice(isWorthIt: isWorthIt), coding != .identity else { return (coded, .identity) }
    coded.fields[.contentEncoding] = coding.rawValue
    if response.stream != nil { return (coded, coding) }
    coded.body = ContentEncoder(coding).encode(response.body[...], isLast: true)
    return (coded, .identity)
  }

  private func isWorthIt(_ response: ServerResponse) -> Bool {
    let type = response.fields[.contentType].flatMap { try? MediaType($0) }
    let isLong = response.bodyLength.map { $0 >= Self.minimumBytes } ?? true
    return isLong && type?.isCompressible ?? false
  }
}
