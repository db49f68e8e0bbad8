/// `;`-separated `name=value` parameters, as in Content-Type and Content-Disposition (RFC 9110 section 5.6.6).
struct ParameterList: Sendable, Hashable {
  /// More than any field needs, and few enough to look through for each name.
  static let maximumCount = 32

  /// Names are in lower case; values are unquoted.
  var items: [Parameter] = []

  struct Parameter: Sendable, Hashable {
    var name: String
    var value: String
  }

  subscript(name: String) -> String? { items.first { $0.name == name }?.value }

  /// Reads what follows the first `;`; nil when it breaks the grammar, repeats a name or holds more than
  /// `maximumCount`.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !ASCII.trimmingBlanks(rest).isEmpty {
      guard let parameter = Self.takeParameter(from: &rest) else { return nil }
      guard items.count < Self.maximumCount, self[parameter.name] == nil else { return nil }
      items.append(parameter)
    }
  }

  init() {}

  private static func takeParameter(from rest: inout ArraySlice<UInt8>) -> Parameter? {
    rest = rest.drop(while: ASCII.isBlank)
    let name = rest.prefix(while: ASCII.isTokenCharacter)
    rest = rest[name.endIndex...]
    guard !name.isEmpty, rest.popFirst() == UInt8(ascii: "=") else { return nil }
    guard let value = rest.first == ASCII.quote ? takeQuoted(from: &rest) : takeToken(from: &rest) else { return nil }
    rest = rest.drop(while: ASCII.isBlank)
    guard rest.isEmpty || rest.popFirst() == ASCII.semicolon else { return nil }
    return Parameter(
      name: ASCII.lowercased(String(decoding: name, as: UTF8.self)), value: String(decoding: value, as: UTF8.self))
  }

  private static func takeToken(from rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    let token = rest.prefix { $0 != ASCII.semicolon && !ASCII.isBlank($0) && $0 != ASCII.quote }
    rest = rest[token.endIndex...]
    return token.isEmpty ? nil : Array(token)
  }

  /// A quoted string. Only `\"` and `\\` count as escapes: old browsers send `C:\photos\cat.jpg` unescaped.
  private static func takeQuoted(from rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var value: [UInt8] = []
    rest = rest.dropFirst()
    while let byte = rest.popFirst() {
      if byte == ASCII.quote { return value }
      if byte == ASCII.backslash, let next = rest.first, next == ASCII.quote || next == ASCII.backslash {
        value.append(next)
        rest = rest.dropFirst()
      } else {
        value.append(byte)
      }
    }
    return nil
  }
}
