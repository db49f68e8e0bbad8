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
  public func coding(for body: [UInt8], of type: MediaType) -> ContentCoding {
    // Who accepts none at all was refused before the answer was worked out.
    accepted.choice(isWorthIt: Self.isWorthIt(body, type)) ?? .identity
  }

  private static func isWorthIt(_ body: [UInt8], _ type: MediaType) -> Bool {
    body.count >= minimumBytes && type.isCompressible
  }

  /// The answer in the coding that suits it and the client; one that is coded already stays as it is.
  func applied(to response: ServerResponse) -> ServerResponse {
    guard !response.body.isEmpty, response.fields[.contentEncoding] == nil else { return response }
    let type = response.fields[.contentType].flatMap { try? MediaType($0) }
    let isWorthIt = type.map { Self.isWorthIt(response.body, $0) } ?? false
    var coded = response
    // Caches must know that another client may get other bytes, whatever this one gets.
    if isWorthIt && !response.fields.elements(of: .vary).contains("accept-encoding") {
      coded.fields.append(HTTPField(name: .vary, value: "Accept-Encoding"))
    }
    guard let coding = accepted.choice(isWorthIt: isWorthIt), coding != .identity else { return coded }
    coded.body = ContentEncoder(coding).encode(response.body[...], isLast: true)
    coded.fields[.contentEncoding] = coding.rawValue
    return coded
  }
}
