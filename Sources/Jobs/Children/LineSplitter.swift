/// Bytes in pieces, lines out.
struct LineSplitter: Sendable {
  /// A line that is longer than it may be.
  struct TooLong: Error, Equatable {
    var limit: Int
  }

  let limit: Int
  private var rest: [UInt8] = []

  init(limit: Int) { self.limit = limit }

  /// The lines that end in this piece, without their ends.
  mutating func append(_ piece: UnsafeRawBufferPointer) throws(TooLong) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var piece = piece[...]
    while let end = piece.firstIndex(of: UInt8(ascii: "\n")) {
      try take(piece[..<end])
      lines.append(rest)
      rest = []
      piece = piece[(end + 1)...]
    }
    try take(piece)
    return lines
  }

  /// What stands behind the last line's end; nil where nothing does.
  mutating func finish() -> [UInt8]? {
    defer { rest = [] }
    return rest.isEmpty ? nil : rest
  }

  private mutating func take(_ bytes: Slice<UnsafeRawBufferPointer>) throws(TooLong) {
    guard rest.count + bytes.count <= limit else { throw TooLong(limit: limit) }
    rest.append(contentsOf: bytes)
  }
}
