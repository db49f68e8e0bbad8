/// Bytes received and not yet read; each is looked at once when searching for line ends.
struct InputBuffer: Sendable {
  private var bytes: ArraySlice<UInt8> = []
  /// Number of leading bytes known to hold no line feed.
  private var searched = 0
  /// Whether the peer has said all it will say.
  var hasEnded = false

  var count: Int { bytes.count }
  var isEmpty: Bool { bytes.isEmpty }
  var first: UInt8? { bytes.first }

  mutating func append(_ more: ArraySlice<UInt8>) {
    if bytes.isEmpty { bytes = more } else { bytes.append(contentsOf: more) }
  }

  /// The bytes up to the next line feed, which is taken off too; nil when there is none yet.
  mutating func takeLine() -> ArraySlice<UInt8>? {
    guard let end = bytes[(bytes.startIndex + searched)...].firstIndex(of: ASCII.lineFeed) else {
      searched = bytes.count
      return nil
    }
    let line = bytes[..<end]
    drop(through: end + 1)
    return line
  }

  func peek(atMost count: Int) -> ArraySlice<UInt8> { bytes.prefix(count) }

  mutating func take(atMost count: Int) -> ArraySlice<UInt8> {
    let taken = bytes.prefix(count)
    drop(through: taken.endIndex)
    return taken
  }

  /// Drops the bytes before `index`; an emptied buffer lets its memory go, so an idle connection holds none.
  private mutating func drop(through index: Int) {
    bytes = index == bytes.endIndex ? [] : bytes[index...]
    searched = 0
  }
}
