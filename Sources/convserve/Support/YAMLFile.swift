import Foundation
import HyperparameterSearch
import Jobs
import ModelServing
import Yams

/// YAML or JSON, of which every document is YAML too, as a value.
enum YAMLFile {
  /// - Throws: `UnreadableFile`.
  static func value(_ path: String) throws -> JSONValue {
    let data = try Data(readingFrom: URL(fileURLWithPath: path))
    guard let text = String(validating: data, as: UTF8.self) else {
      throw UnreadableFile(path: path, reason: "it is not in UTF-8")
    }
    do {
      return try Yams.compose(yaml: text).map(value) ?? .null
    } catch let error as UnacceptableSetting {
      throw UnreadableFile(path: path, reason: "\(error)")
    } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
      throw UnreadableFile(
        path: path, reason: "\(keys.first ?? "a name") is given more than once, from line \(context.mark.line) on")
    } catch {
      let reason = "\(error)".trimmingCharacters(in: .whitespacesAndNewlines)
      throw UnreadableFile(path: path, reason: "not YAML: \(reason)")
    }
  }

  private static func value(_ node: Node) throws -> JSONValue {
    switch node {
    case .scalar(let scalar): return scalar.style == .plain ? plain(scalar.string) : .string(scalar.string)
    case .sequence(let sequence): return .array(try sequence.map(value))
    case .mapping(let mapping):
      return .object(
        Dictionary(
          try mapping.map { key, value in (key.string ?? "?", try Self.value(value)) }, uniquingKeysWith: { $1 }))
    case .alias(let anchor): throw UnacceptableSetting("*\(anchor)", "is an alias", accepted: "values themselves")
    }
  }

  /// Text without quotes: as YAML 1.2 reads it (section 10.3.2), so that `1e-4`, which older readers take for text, is a number.
  private static func plain(_ text: String) -> JSONValue {
    switch text {
    case "", "~", "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: break
    }
    if let whole = Int(text) { return .integer(whole) }
    guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first), let number = Double(text), number.isFinite
    else { return .string(text) }
    return .number(number)
  }
}
