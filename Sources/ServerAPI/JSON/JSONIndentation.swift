/// JSON of one line as people read it: two spaces a level and a space around colons, as `JSONEncoder` indents it.
func indented(json: [UInt8]) -> [UInt8] {
  var text: [UInt8] = []
  var level = 0
  var isInString = false
  var isEscaped = false
  func breakLine() { text += [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: " "), count: 2 * level) }
  for (byte, next) in zip(json, json.dropFirst() + [0]) {
    if isInString {
      text.append(byte)
      isInString = isEscaped || byte != UInt8(ascii: "\"")
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      continue
    }
    switch Unicode.Scalar(byte) {
    case "{", "[":
      text.append(byte)
      level += 1
      // An empty object has an empty line in it.
      if next == UInt8(ascii: "}") || next == UInt8(ascii: "]") { text.append(UInt8(ascii: "\n")) } else { breakLine() }
    case "}", "]":
      level -= 1
      breakLine()
      text.append(byte)
    case ",":
      text.append(byte)
      breakLine()
    case ":": text += " : ".utf8
    default:
      isInString = byte == UInt8(ascii: "\"")
      text.append(byte)
    }
  }
  return text
}
