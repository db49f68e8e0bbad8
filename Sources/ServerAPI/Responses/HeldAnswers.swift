import HTTPCore
import HTTPServer
import HTTPTypes
import ModelServing

/// Answers that are worked on once, held as bytes, compressed too where clients want that, and not sent again to clients that
/// have them.
struct HeldAnswers<Question: Hashable & Sendable>: Sendable {
  /// Bytes that an entry takes beside its body, roughly.
  private static var overhead: Int { 512 }

  private struct Key: Hashable {
    let question: Question
    let coding: ContentCoding
  }

  private struct Body {
    let bytes: [UInt8]
    /// Of the bytes before they were compressed.
    let digest: String
  }

  private let bodies: BoundedCache<Key, Body>

  /// - Parameter limit: bytes of all answers that are held.
  init(limit: Int) { bodies = BoundedCache(limit: limit) }

  /// The answer in the coding that the client wants, or 304 where it has that already.
  ///
  /// - Parameters:
  ///   - fields: what goes out with the answer, Content-Type among them.
  ///   - make: works out the answer, where it is not held.
  func response(
    to request: ServerRequest, _ question: Question, _ type: MediaType, fields: HTTPFields, _ make: () throws -> [UInt8]
  ) rethrows -> ServerResponse {
    let plain = try body(for: Key(question: question, coding: .identity)) {
      let bytes = try make()
      return Body(bytes: bytes, digest: String(SHA256.hexDigest(of: bytes).prefix(32)))
    }
    let coding = ResponseCoding(request.head).coding(for: plain.bytes.count, of: type)
    let tag = Self.tag(plain.digest, coding)
    var fields = fields
    fields[.eTag] = tag.description
    // It may be kept, and used again once the server has said that it is still right.
    fields[.cacheControl] = "no-cache"
    if IfNoneMatch(request.head.headerFields)?.includes(tag) ?? false {
      fields[.contentType] = nil
      return ServerResponse(status: .notModified, fields: fields)
    }
    if coding == .identity { return ServerResponse(status: .ok, fields: fields, body: plain.bytes) }
    fields[.contentEncoding] = coding.rawValue
    let coded = body(for: Key(question: question, coding: coding)) {
      Body(bytes: ContentEncoder(coding, effort: .high).encode(plain.bytes[...], isLast: true), digest: plain.digest)
    }
    return ServerResponse(status: .ok, fields: fields, body: coded.bytes)
  }

  private func body(for key: Key, _ make: () throws -> Body) rethrows -> Body {
    try bodies.value(for: key, cost: { $0.bytes.count + Self.overhead }, make: make)
  }

  /// Each coding has a tag of its own: its bytes are others (RFC 9110 section 8.8.3.3).
  private static func tag(_ digest: String, _ coding: ContentCoding) -> EntityTag {
    EntityTag(coding == .identity ? digest : "\(digest)-\(coding.rawValue)")
  }
}
