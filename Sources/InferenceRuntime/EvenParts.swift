/// As few ranges as hold at most `most` each, of nearly equal length: with 4 at most, 5 make 2 and 3, not 4 and 1.
package func evenParts(of count: Int, most: Int) -> [Range<Int>] {
  let parts = (count + most - 1) / most
  return (0..<parts).map { evenPart($0, of: parts, of: count) }
}

/// One of `parts` ranges of nearly equal length that make up `count` together.
package func evenPart(_ index: Int, of parts: Int, of count: Int) -> Range<Int> {
  count * index / parts..<count * (index + 1) / parts
}
