import Foundation
import ModelServing
import Yams

/// A configuration file: one YAML mapping from the names of settings to text or lists of text.
///
/// Whether a text is a number is the setting's business, so `port: 8080` and `port: "8080"` are the same.
struct ConfigurationFile {
  enum Value: Hashable, Sendable {
    case text(String)
    case list([String])
    /// What no setting takes.
    case nothing, nested

    var kind: String {
      switch self {
      case .text: "a single value"
      case .list: "a list"
      case .nothing: "nothing"
      case .nested: "nested values"
      }
    }
  }

  let path: String
  private let entries: [String: (value: Value, line: Int)]

  /// - Throws: `ConfigurationError`.
  init(path: String) throws(ConfigurationError) {
    do {
      let data = try Data(readingFrom: URL(fileURLWithPath: path))
      // With replacement characters in it, a setting would be another than the one in the file.
      guard let yaml = String(validating: data, as: UTF8.self) else {
        throw ConfigurationError.unreadableFile(path: path, reason: "it is not in UTF-8")
      }
      try self.init(path: path, yaml: yaml)
    } catch let error as UnreadableFile {
      throw .unreadableFile(path: path, reason: error.reason)
    } catch let error as ConfigurationError {
      throw error
    } catch {
      let reason = "\(error)".trimmingCharacters(in: .whitespacesAndNewlines)
      throw .unreadableFile(path: path, reason: "not YAML: \(reason)")
    }
  }

  /// - Throws: `ConfigurationError`, or `YamlError` with the place of what is not YAML.
  init(path: String, yaml: String) throws {
    self.path = path
    var entries: [String: (value: Value, line: Int)] = [:]
    for (key, node) in try Self.uniqueMapping(in: yaml, path) {
      entries[key.string ?? "?"] = (Value(node), key.mark?.line ?? 1)
    }
    self.entries = entries
  }

  /// In the order of their lines.
  var keys: [String] { entries.sorted { $0.value.line < $1.value.line }.map(\.key) }

  subscript(_ key: String) -> Value? { entries[key]?.value }

  /// - Parameter key: one that the file has.
  func origin(of key: String) -> SettingOrigin { .file(path: path, line: entries[key]!.line, key: key) }

  private static func uniqueMapping(in yaml: String, _ path: String) throws -> Node.Mapping {
    do {
      return try mapping(in: yaml, path)
    } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
      let key = keys.first ?? "?"
      let line = repeatedLine(of: key, in: yaml) ?? context.mark.line
      throw ConfigurationError.unacceptable(
        .file(path: path, line: line, key: key), complaint: "is given more than once")
    }
  }

  /// The second line that gives a key; the parser knows no more than that there is one.
  private static func repeatedLine(of key: String, in yaml: String) -> Int? {
    let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let spellings = [key, "\"\(key)\"", "'\(key)'"]
    let givers = lines.indices.filter { index in
      spellings.contains { spelling in
        lines[index].hasPrefix(spelling) && lines[index].dropFirst(spelling.count).drop { $0 == " " }.first == ":"
      }
    }
    return givers.count > 1 ? givers[1] + 1 : nil
  }

  private static func mapping(in yaml: String, _ path: String) throws -> Node.Mapping {
    // A file of comments alone, or of nothing, sets nothing.
    guard let root = try Yams.compose(yaml: yaml), Value(root) != .nothing else { return Node.Mapping([]) }
    guard let mapping = root.mapping else {
      throw ConfigurationError.unreadableFile(
        path: path, reason: "it holds \(Value(root).kind) instead of lines `name: value`")
    }
    return mapping
  }
}

extension ConfigurationFile.Value {
  fileprivate init(_ node: Node) {
    switch node {
    case .scalar(let scalar): self = node.tag == Tag(.null) ? .nothing : .text(scalar.string)
    case .mapping, .alias: self = .nested
    case .sequence(let sequence):
      let texts = sequence.compactMap(\.scalar?.string)
      self = texts.count == sequence.count ? .list(texts) : .nested
    }
  }
}
