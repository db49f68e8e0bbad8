import Foundation

/// Finds a member that an object of a JSON text holds twice.
///
/// RFC 8259 section 4 leaves open which of the two counts, and decoders differ; so neither does. The text has been
/// decoded before: that it is JSON, and that names are few, is known.
enum RepeatedMember {
  private enum Container {
    case array
    case object(Set<String>)
  }

  /// The name of the first repeated member, at any depth.
  ///
  /// - Complexity: one pass over the bytes.
  static func first(in json: ArraySlice<UInt8>) -> String? {
    var containers: [Container] = []
    var expectsName = false
    var rest = json
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "{"):
        containers.append(.object([]))
        expectsName = true
      case UInt8(ascii: "["): containers.append(.array)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = containers.popLast()
      case UInt8(ascii: ","):
        if case .object = containers.last { expectsName = true }
      case UInt8(ascii: "\""):
        let text = takeString(from: &rest)
        if expectsName, case .object(var names) = containers.popLast() {
          let name = unescaped(text)
          guard names.insert(name).inserted else { return name }
          containers.append(.object(names))
          expectsName = false
        }
      default: break
      }
    }
    return nil
  }

  /// What stands before the closing quotation mark, which is taken off too.
  private static func takeString(from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = rest.startIndex
    let end = rest.withUnsafeBufferPointer { start + JSONText.endOfString($0, from: 0) }
    let text = rest[start..<end]
    rest = rest[min(end + 1, rest.endIndex)...]
    return text
  }

  /// The name behind escapes such as `top\u005Fk`.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
    let quoted = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
    return (try? JSONDecoder().decode(String.self, from: Data(quoted))) ?? String(decoding: text, as: UTF8.self)
  }
}
