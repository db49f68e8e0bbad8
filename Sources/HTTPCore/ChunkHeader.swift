/// `chunk-size [chunk-ext]` (RFC 9112 section 7.1).
struct ChunkHeader: Equatable {
  /// Bytes of data that follow; 0 marks the last chunk.
  var size: Int
  /// Bytes of the extension, which is ignored but counted.
  var extensionBytes: Int

  /// Reads the line without its CRLF. Blanks are taken where the grammar has them (BWS, RFC 9112 section 7.1.1): before
  /// the semicolon of an extension, not around a size that stands alone.
  init(_ line: ArraySlice<UInt8>) throws(HTTPParsingError) {
    let digits = line.prefix { ASCII.hexValue($0) != nil }
    let rest = line[digits.endIndex...]
    guard !digits.isEmpty, rest.isEmpty || rest.first(where: { !ASCII.isBlank($0) }) == ASCII.semicolon,
      !rest.contains(where: ASCII.isForbiddenControl)
    else { throw .malformedChunkSize(seen: ASCII.excerpt(line)) }
    guard digits.count <= ParserLimits.chunkSizeDigits,
      let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw .chunkSizeTooLarge(seen: ASCII.excerpt(digits)) }
    self.size = size
    extensionBytes = rest.count
  }
}
