import CZlib

/// Expands a compressed body that comes in pieces, within bounds.
///
/// Deflate expands up to 1,032 times, so a bound on what arrives is none on what it becomes: the expanded size is
/// counted as it grows, and nothing is expanded far beyond its bound. Who takes the bytes is asked for each piece of at most
/// 64 KiB, so that other bounds, such as the memory of all bodies together, hold as well: what nobody has counted yet is
/// that one piece, and there are as many of these as threads that expand at a time.
public final class ContentDecoder {
  /// Bodies that expand to no more than this are not suspected, whatever their ratio.
  private static let unsuspicious = 1 << 20

  private let coding: ContentCoding
  private let limit: Int
  private let ratio: Int
  private let zlib: ZlibStream
  private var compressedBytes = 0
  private var expandedBytes = 0
  /// Compressed bytes that are not expanded yet.
  private var rest: ArraySlice<UInt8> = []
  /// Whether zlib may hold expanded bytes back that had no room in the last piece.
  private var mayHoldMore = false
  /// Whether a whole stream (gzip: member) has been read, and nothing of the next.
  private var isBetweenStreams = false

  /// - Parameters:
  ///   - limit: bytes to which the body may expand.
  ///   - ratio: how many times its size a body may expand to.
  public init(_ coding: ContentCoding, limit: Int, ratio: Int) {
    precondition(coding != .identity, "there is nothing to decode")
    self.coding = coding
    self.limit = limit
    self.ratio = ratio
    zlib = ZlibStream(.expanding, coding)
  }

  /// Expands the next bytes.
  ///
  /// - Parameter take: gets each expanded piece, and says whether to go on. Once it says no, the decoder must not be used
  ///   again.
  public func decode(
    _ bytes: ArraySlice<UInt8>, _ take: (ArraySlice<UInt8>) -> Bool
  ) throws(ContentCodingError) {
    append(bytes)
    while let piece = try next() {
      guard take(piece) else { return }
    }
  }

  /// Takes in compressed bytes; `next` expands them.
  public func append(_ bytes: ArraySlice<UInt8>) {
    compressedBytes += bytes.count
    if rest.isEmpty { rest = bytes } else { rest += bytes }
  }

  /// The next expanded piece, at most 64 KiB and never empty; nil until more bytes are appended.
  ///
  /// So whoever expands a long body holds one piece of it at a time.
  public func next() throws(ContentCodingError) -> ArraySlice<UInt8>? {
    while !rest.isEmpty || mayHoldMore {
      if isBetweenStreams { try beginNextMember() }
      var expanded: [UInt8] = []
      let step = zlib.step(rest, into: &expanded)
      rest = rest.dropFirst(step.consumed)
      expandedBytes += step.produced
      try check(step)
      isBetweenStreams = step.status == Z_STREAM_END
      mayHoldMore = step.filledItsRoom && !isBetweenStreams
      if !expanded.isEmpty { return expanded[...] }
    }
    return nil
  }

  /// Says that the body is complete.
  public func finish() throws(ContentCodingError) {
    guard isBetweenStreams || compressedBytes == 0 else { throw .truncated(coding) }
  }

  /// A gzip file is a row of members (RFC 1952 section 2.2); zlib's format stands alone.
  private func beginNextMember() throws(ContentCodingError) {
    guard coding == .gzip else { throw .malformed(coding) }
    zlib.restart()
  }

  private func check(_ step: ZlibStream.Step) throws(ContentCodingError) {
    // Z_BUF_ERROR is no error: nothing was left to come out.
    guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(step.status) else { throw .malformed(coding) }
    if expandedBytes > limit { throw .expandedTooLarge(limit: limit) }
    if expandedBytes > Self.unsuspicious && expandedBytes / ratio > compressedBytes {
      throw .expandsTooMuch(ratio: ratio)
    }
  }
}
