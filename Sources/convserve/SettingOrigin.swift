/// Where a setting was given: whoever has to mend it looks there.
enum SettingOrigin: Hashable, Sendable, CustomStringConvertible {
  case option(String)
  case variable(String)
  /// Lines count from 1.
  case file(path: String, line: Int, key: String)

  var description: String {
    switch self {
    case .option(let name): "--\(name)"
    case .variable(let name): "the environment variable \(name)"
    case .file(let path, let line, let key): "\(path), line \(line): \(key)"
    }
  }
}
