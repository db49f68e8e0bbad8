/// Where a setting was given: whoever has to mend it looks there.
enum SettingOrigin: Hashable, Sendable, CustomStringConvertible {
  case option(String)
  case variable(String)
  /// Lines count from 1.
  case file(path: String, line: Int, key: String)

  /// Where in the configuration file, if there.
  var line: Int? {
    if case .file(_, let line, _) = self { line } else { nil }
  }

  var description: String {
    switch self {
    case .option(let name): "--\(name)"
    case .variable(let name): "the environment variable \(name)"
    case .file(let path, let line, let key): "\(path), line \(line): \(key)"
    }
  }
}
