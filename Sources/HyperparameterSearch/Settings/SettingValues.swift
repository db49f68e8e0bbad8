import Jobs
import Training

/// Settings of a trial by their paths, checked one by one.
///
/// Those of training and those beside them are told apart by their rules.
public struct SettingValues: Hashable, Sendable {
  /// By the full path.
  public private(set) var values: [String: JSONValue] = [:]

  public init() {}

  public subscript(path: String) -> JSONValue? { values[path] }

  /// - Throws: `UnacceptableSetting`, with the name as its path.
  public mutating func set(_ name: String, to value: JSONValue) throws(UnacceptableSetting) {
    let rule = try SettingRule.named(name)
    do throws(UnacceptableSetting) {
      values[rule.path] = try rule.value(value)
    } catch {
      throw error.below(name)
    }
  }

  /// Takes the members of a trial's `settings`, or of a part of it.
  ///
  /// - Parameter place: the part's own path, such as `optimizer`.
  /// - Throws: `UnacceptableSetting`, whose path begins with `settings`.
  mutating func take(settings members: [String: JSONValue], at place: String = "") throws(UnacceptableSetting) {
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      let path = UnacceptableSetting.joined(place, name)
      if path == "optimizer", let inner = value.members {
        try take(settings: inner, at: path)
        continue
      }
      // A run that has none writes none, but a file may say so.
      if value == .null { continue }
      guard let rule = SettingRule.all.first(where: { $0.path == path && !$0.isOfTrial }) else {
        let known = SettingRule.all.filter { !$0.isOfTrial }.map(\.path)
        throw UnacceptableSetting.unknown(path, path, among: known).below("settings")
      }
      do throws(UnacceptableSetting) {
        values[path] = try rule.value(value)
      } catch {
        throw error.below(path).below("settings")
      }
    }
  }

  /// As `settings` of a trial's file.
  var settings: JSONValue {
    values.reduce(.object([:])) { settings, entry in
      Self.isOfTrial(entry.key) ? settings : settings.setting(entry.key.split(separator: "."), to: entry.value)
    }
  }

  /// The members beside `settings`.
  var ofTrial: [String: JSONValue] { values.filter { Self.isOfTrial($0.key) } }

  private static func isOfTrial(_ path: String) -> Bool {
    SettingRule.all.contains { $0.path == path && $0.isOfTrial }
  }

  /// What is of no use with the optimiser that goes with it.
  func requireUse() throws(UnacceptableSetting) {
    guard values["optimizer.momentum"] != nil else { return }
    let name = values["optimizer.name"]?.string.flatMap(OptimizerName.init) ?? TrainingDefaults.optimizer
    guard name.takesMomentum else {
      throw UnacceptableSetting(
        "optimizer.momentum", "is of no use to the optimizer \(name.rawValue)",
        accepted: "it with \(OptimizerName.allCases.filter(\.takesMomentum).map(\.rawValue).joined(separator: ", "))")
    }
  }
}
