/// The chunks of a body whose length is not known beforehand (RFC 9112 section 7.1).
public enum ChunkedBody {
  /// One chunk; no bytes for an empty piece, since an empty chunk would end the body.
  public static func chunk(_ piece: [UInt8]) -> [UInt8] {
    if piece.isEmpty { return [] }
    var chunk: [UInt8] = []
    chunk.reserveCapacity(piece.count + 20)
    chunk += String(piece.count, radix: 16).utf8
    chunk += [ASCII.carriageReturn, ASCII.lineFeed]
    chunk += piece
    chunk += [ASCII.carriageReturn, ASCII.lineFeed]
    return chunk
  }

  /// The empty chunk behind the last one, without trailers.
  public static let end = Array("0\r\n\r\n".utf8)
}
