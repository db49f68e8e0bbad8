import HTTPTypes

/// The lines of one part's header, taken one by one from bytes that may not all be there yet.
struct MultipartHeaderLines: Sendable {
  /// Fields in one part's header; forms use two.
  private static let fieldCount = 32

  let part: Int
  let limit: Int
  private(set) var fields = HTTPFields()
  private var allowance: Int

  /// - Parameters:
  ///   - part: counted from 1.
  ///   - limit: bytes of the header.
  init(part: Int, limit: Int) {
    self.part = part
    self.limit = limit
    allowance = limit
  }

  /// Takes what lines there are off `rest`, the empty one at the end too.
  ///
  /// - Parameter isComplete: whether the part has no more bytes than these.
  /// - Returns: whether the header has ended; always, if the bytes are complete.
  mutating func take(from rest: inout ArraySlice<UInt8>, isComplete: Bool) throws(MultipartError) -> Bool {
    while let line = try nextLine(of: &rest, isComplete: isComplete) {
      if line.isEmpty { return true }
      allowance -= line.count + 2
      guard fields.count < Self.fieldCount else { throw .headerTooLarge(part: part, limit: limit) }
      do {
        fields.append(try FieldLine.parse(line))
      } catch {
        throw .malformedField(part: part, problem: error)
      }
    }
    return false
  }

  /// The next line without its end; nothing if more bytes are needed to tell.
  private func nextLine(
    of rest: inout ArraySlice<UInt8>, isComplete: Bool
  ) throws(MultipartError) -> ArraySlice<UInt8>? {
    if let end = rest.prefix(allowance + 2).firstIndex(of: ASCII.lineFeed), rest[..<end].last == ASCII.carriageReturn {
      defer { rest = rest[(end + 1)...] }
      return rest[..<end].dropLast()
    }
    guard isComplete || rest.count >= allowance + 2 else { return nil }
    if rest.count > allowance { throw .headerTooLarge(part: part, limit: limit) }
    throw .unfinishedHeader(part: part)
  }
}
