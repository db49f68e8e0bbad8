import Logging

extension LogEntry {
  /// One object: time, level and message, then the metadata. Numbers and truth values stay what they are.
  ///
  /// Names of our own come first and cannot be taken by metadata: a reader might believe the second of two.
  var json: String {
    let own = [("time", timestamp), ("level", level.rawValue), ("message", message)]
    let members =
      own.map { (Self.quoted($0), Self.quoted($1)) }
      + fields.map { field in
        let isTaken = own.contains { $0.0 == field.name }
        return (Self.quoted(isTaken ? "_" + field.name : field.name), Self.encoded(field.value))
      }
    return "{" + members.map { "\($0):\($1)" }.joined(separator: ",") + "}"
  }

  private static func encoded(_ value: Logger.MetadataValue) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .stringConvertible(let number as Int): String(number)
    case .stringConvertible(let number as Double) where number.isFinite: String(number)
    case .stringConvertible(let truth as Bool): String(truth)
    case .stringConvertible(let other): quoted(other.description)
    case .array(let values): "[" + values.map(encoded).joined(separator: ",") + "]"
    case .dictionary(let values):
      "{" + values.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(encoded($0.value))" }.joined(separator: ",")
        + "}"
    }
  }

  /// A JSON string (RFC 8259 section 7); escapes count UTF-16 units.
  private static func quoted(_ text: String) -> String {
    if text.isPlain { return "\"\(text)\"" }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.isUnsafeInLogs:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
