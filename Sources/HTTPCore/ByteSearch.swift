/// Search for a byte sequence after Horspool (1980): most of the text is skipped in steps of the needle's length.
struct ByteSearch {
  let needle: [UInt8]
  /// How far the needle may move when its last position stands on a given byte.
  private let shifts: [Int]

  init(for needle: [UInt8]) {
    precondition(!needle.isEmpty, "an empty needle is everywhere")
    self.needle = needle
    var shifts = [Int](repeating: needle.count, count: 256)
    for (index, byte) in needle.dropLast().enumerated() { shifts[Int(byte)] = needle.count - 1 - index }
    self.shifts = shifts
  }

  /// The index of the first occurrence in `text`.
  ///
  /// - Complexity: about `text.count / needle.count` steps for ordinary data.
  func firstIndex(in text: ArraySlice<UInt8>) -> Int? {
    text.withUnsafeBufferPointer { bytes in
      var position = 0
      while position + needle.count <= bytes.count {
        let last = bytes[position + needle.count - 1]
        if last == needle[needle.count - 1], matches(bytes, at: position) { return text.startIndex + position }
        position += shifts[Int(last)]
      }
      return nil
    }
  }

  private func matches(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
    needle.indices.allSatisfy { bytes[position + $0] == needle[$0] }
  }
}
