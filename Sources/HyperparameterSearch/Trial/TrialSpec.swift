import Jobs

/// One trial: the data, the settings, and where its checkpoint lies. It is what `convserve trial` reads.
///
/// Settings that it does not name are those that `train` takes by default.
public struct TrialSpec: Hashable, Sendable {
  /// As `train --data`; relative paths start from the working folder.
  public var data: String
  /// Those that differ from the defaults.
  public var values: SettingValues
  /// Of checkpoint and curve; without one, nothing is kept.
  public var directory: String?
  /// The run pauses there, with its checkpoint.
  public var stopAfterEpochs: Int?

  public init(
    data: String, values: SettingValues = SettingValues(), directory: String? = nil, stopAfterEpochs: Int? = nil
  ) {
    (self.data, self.values) = (data, values)
    (self.directory, self.stopAfterEpochs) = (directory, stopAfterEpochs)
  }
}

extension TrialSpec {
  private static let ownMembers = ["data", "settings", "directory", "stop_after_epochs"]

  /// Reads a trial's file.
  ///
  /// - Throws: `UnacceptableSetting`.
  public init(json: JSONValue) throws(UnacceptableSetting) {
    guard let members = json.members else {
      throw UnacceptableSetting("", "holds \(json.shortText)", accepted: "an object with \"data\" and \"settings\"")
    }
    self.init(data: "")
    for (name, value) in members.sorted(by: { $0.key < $1.key }) where value != .null { try take(name, value) }
    guard !data.isEmpty else {
      throw UnacceptableSetting("data", "is missing", accepted: "a folder or file as `train --data` takes it")
    }
    try values.requireUse()
  }

  private mutating func take(_ name: String, _ value: JSONValue) throws(UnacceptableSetting) {
    switch name {
    case "data": data = try Self.text(name, value)
    case "directory": directory = try Self.text(name, value)
    case "stop_after_epochs": stopAfterEpochs = try Self.epochs(name, value)
    case "settings":
      guard let members = value.members else {
        throw UnacceptableSetting(name, "is \(value.shortText)", accepted: "an object")
      }
      try values.take(settings: members)
    default:
      let known = SettingRule.all.filter(\.isOfTrial).map(\.path)
      guard known.contains(name) else { throw .unknown(name, name, among: Self.ownMembers + known) }
      try values.set(name, to: value)
    }
  }

  /// Takes `PATH=VALUE`, where the path is that of a setting or of another member, and the value is JSON or else text.
  ///
  /// - Throws: `UnacceptableSetting`.
  public mutating func set(_ assignment: String) throws(UnacceptableSetting) {
    guard let sign = assignment.firstIndex(of: "="), sign > assignment.startIndex else {
      throw UnacceptableSetting("\"\(assignment)\"", "has no name and value", accepted: "NAME=VALUE")
    }
    let name = String(assignment[..<sign])
    let text = String(assignment[assignment.index(after: sign)...])
    let value = (try? JSONValue(parsing: Array(text.utf8))) ?? .string(text)
    switch name {
    // Folders may be called anything, also a number.
    case "data", "directory": try take(name, .string(text))
    case "stop_after_epochs": try take(name, value)
    default: try values.set(name, to: value)
    }
    try values.requireUse()
  }

  private static func text(_ name: String, _ value: JSONValue) throws(UnacceptableSetting) -> String {
    guard let text = value.string, !text.isEmpty else {
      throw UnacceptableSetting(name, "is \(value.shortText)", accepted: "a path")
    }
    return text
  }

  private static func epochs(_ name: String, _ value: JSONValue) throws(UnacceptableSetting) -> Int {
    guard let epochs = value.wholeNumber, (1...10_000).contains(epochs) else {
      throw UnacceptableSetting(name, "is \(value.shortText)", accepted: "a whole number from 1 to 10000")
    }
    return epochs
  }

  /// As a trial's file holds it.
  public var json: JSONValue {
    var members = values.ofTrial
    members["data"] = .string(data)
    members["settings"] = values.settings
    members["directory"] = directory.map(JSONValue.string)
    members["stop_after_epochs"] = stopAfterEpochs.map(JSONValue.integer)
    return .object(members)
  }
}
