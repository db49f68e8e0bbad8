/// A configuration that cannot be used: which setting, where it was given, what is accepted.
enum ConfigurationError: Error, Hashable, Sendable {
  /// The complaint is a predicate whose subject is the setting, such as `takes a whole number from 1 to 256, not "many"`.
  case unacceptable(SettingOrigin, complaint: String)
  case unknownKey(SettingOrigin, accepted: [String])
  case unreadableFile(path: String, reason: String)

  /// Whether the command line is to blame, and with it whoever typed it.
  var isOfCommandLine: Bool {
    if case .unacceptable(.option, _) = self { true } else { false }
  }

  /// The line of the configuration file that is to blame.
  var line: Int? {
    switch self {
    case .unacceptable(let origin, _), .unknownKey(let origin, _): origin.line
    case .unreadableFile: nil
    }
  }
}

extension ConfigurationError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unacceptable(let origin, let complaint): "\(origin) \(complaint)"
    case .unknownKey(let origin, let accepted):
      "\(origin) is not the name of a setting; accepted: \(accepted.joined(separator: ", "))"
    case .unreadableFile(let path, let reason): "the configuration file \(path) cannot be read: \(reason)"
    }
  }
}
