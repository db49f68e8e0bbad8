import HTTPCore
import HTTPServer
import HTTPTypes
import ModelServing
import NetworkAnalysis

/// Answers to questions about networks. They are worked on once, held as bytes, compressed too where clients want that, and
/// not sent again to clients that have them.
struct AnalysisAnswers: Sendable {
  /// Bytes of all answers that are held.
  private static let limit = 16 << 20
  /// Bytes that an entry takes beside its body, roughly.
  private static let overhead = 512

  private struct Key: Hashable {
    let question: AnalysisQuestion
    let coding: ContentCoding
  }

  private struct Body {
    let bytes: [UInt8]
    /// Of the bytes before they were compressed.
    let digest: String
  }

  private let bodies = BoundedCache<Key, Body>(limit: limit)
  /// Rows of comparisons, each of which may stand in any number of them.
  private let rows = BoundedCache<AnalysedNetwork, ComparedNetwork>(limit: 1024)

  /// The answer in the form and coding that the client wants, or 304 where it has that already.
  ///
  /// - Parameter report: works out the answer, where it is not held.
  func response<Answer: Report & Encodable>(
    to request: ServerRequest, _ question: AnalysisQuestion, _ report: () throws -> Answer
  ) rethrows -> ServerResponse {
    let plain = try body(for: Key(question: question, coding: .identity)) {
      let bytes = question.format.encoded(try report())
      return Body(bytes: bytes, digest: String(SHA256.hexDigest(of: bytes).prefix(32)))
    }
    let coding = ResponseCoding(request.head).coding(for: plain.bytes.count, of: question.format.mediaType)
    let tag = Self.tag(plain.digest, coding)
    var fields: HTTPFields = [
      .eTag: tag.description,
      // It may be kept, and used again once the server has said that it is still right.
      .cacheControl: "no-cache",
      .vary: "Accept, Accept-Encoding",
    ]
    if IfNoneMatch(request.head.headerFields)?.includes(tag) ?? false {
      return ServerResponse(status: .notModified, fields: fields)
    }
    fields[.contentType] = question.format.contentType
    if coding == .identity { return ServerResponse(status: .ok, fields: fields, body: plain.bytes) }
    fields[.contentEncoding] = coding.rawValue
    let coded = body(for: Key(question: question, coding: coding)) {
      Body(bytes: ContentEncoder(coding).encode(plain.bytes[...], isLast: true), digest: plain.digest)
    }
    return ServerResponse(status: .ok, fields: fields, body: coded.bytes)
  }

  /// The row of a network in comparisons.
  func row(of network: AnalysedNetwork, _ make: () throws -> ComparedNetwork) rethrows -> ComparedNetwork {
    try rows.value(for: network, cost: { _ in 1 }, make: make)
  }

  private func body(for key: Key, _ make: () throws -> Body) rethrows -> Body {
    try bodies.value(for: key, cost: { $0.bytes.count + Self.overhead }, make: make)
  }

  /// Each coding has a tag of its own: its bytes are others (RFC 9110 section 8.8.3.3).
  private static func tag(_ digest: String, _ coding: ContentCoding) -> EntityTag {
    EntityTag(coding == .identity ? digest : "\(digest)-\(coding.rawValue)")
  }
}
