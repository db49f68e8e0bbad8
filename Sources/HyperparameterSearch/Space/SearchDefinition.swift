import Jobs
import Training

/// A search as its file has it: the space, what all trials have in common, and how it is gone through.
public struct SearchDefinition: Hashable, Sendable {
  public let space: SearchSpace
  /// What all trials have in common.
  public let fixed: SettingValues
  public let sampler: SamplerName
  public let scheduler: SchedulerSettings
  /// How many are tried.
  public let trials: Int
  /// Epochs that all trials may cost together; none: as many as they take.
  public let budgetEpochs: Int?
  /// Decides which trials are drawn. How each of them is trained is decided by `settings.seed`.
  public let seed: UInt64
  /// As it was given, with the command line's changes.
  public let json: JSONValue

  static let acceptedTrials = 1...100_000
  private static let ownMembers = [
    "parameters", "settings", "sampler", "scheduler", "trials", "budget_epochs", "seed",
  ]

  /// - Throws: `UnacceptableSetting`, with the path in the file.
  public init(json: JSONValue) throws(UnacceptableSetting) {
    guard let members = json.members else {
      throw UnacceptableSetting(
        "", "holds \(json == .null ? "nothing" : json.shortText)",
        accepted: "an object with parameters: \(SpaceReader.acceptedDomains)")
    }
    self.json = json
    fixed = try Self.fixed(members)
    space = try SpaceReader(fixed: fixed).space(members["parameters"])
    try Self.requireArchitecture(fixed, space)
    let epochs = fixed["epochs"]?.int ?? TrainingDefaults.epochs
    sampler = try Self.sampler(members["sampler"])
    do throws(UnacceptableSetting) {
      scheduler = try SchedulerSettings(members["scheduler"], epochs: epochs)
    } catch {
      throw error.below("scheduler")
    }
    seed = UInt64(try Self.number(members["seed"], "seed", 0...Int.max) ?? 0)
    trials = try Self.trials(members["trials"], sampler.sampler(of: space, seed: seed))
    budgetEpochs = try Self.number(members["budget_epochs"], "budget_epochs", 1...Int.max)
    if let budgetEpochs, budgetEpochs < scheduler.firstEpochs(of: epochs) {
      throw UnacceptableSetting(
        "budget_epochs", "is \(budgetEpochs), too small for one trial",
        accepted: "at least \(scheduler.firstEpochs(of: epochs))")
    }
  }

  /// Epochs that a trial has at most.
  public var epochs: Int { fixed["epochs"]?.int ?? TrainingDefaults.epochs }

  // MARK: Members

  private static func fixed(_ members: [String: JSONValue]) throws(UnacceptableSetting) -> SettingValues {
    var fixed = SettingValues()
    let known = SettingRule.all.filter(\.isOfTrial).map(\.path)
    for (name, value) in members.sorted(by: { $0.key < $1.key }) where !ownMembers.contains(name) {
      guard known.contains(name) else { throw .unknown(name, name, among: ownMembers + known) }
      try fixed.set(name, to: value)
    }
    guard let settings = members["settings"], settings != .null else { return fixed }
    guard let inner = settings.members else {
      throw UnacceptableSetting("settings", "is \(settings.shortText)", accepted: "an object, as in training.json")
    }
    try fixed.take(settings: inner)
    return fixed
  }

  private static func requireArchitecture(_ fixed: SettingValues, _ space: SearchSpace) throws(UnacceptableSetting) {
    let sources = ["architecture", "base"]
    guard sources.allSatisfy({ fixed[$0] == nil && !space.contains($0) }) else { return }
    throw UnacceptableSetting(
      "settings.architecture", "is missing",
      accepted: "a name that `convserve architectures` lists, a parameter, or base")
  }

  private static func sampler(_ json: JSONValue?) throws(UnacceptableSetting) -> SamplerName {
    guard let json else { return .random }
    guard let name = json.string.flatMap(SamplerName.init) else {
      throw UnacceptableSetting(
        "sampler", "is \(json.shortText)", accepted: SamplerName.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return name
  }

  private static func trials(_ json: JSONValue?, _ sampler: any Sampler) throws(UnacceptableSetting) -> Int {
    let given = try number(json, "trials", acceptedTrials)
    guard let count = sampler.count else {
      guard let given else {
        throw UnacceptableSetting("trials", "is missing", accepted: "how many to try; a grid alone knows its number")
      }
      return given
    }
    guard given == nil || given == count else {
      throw UnacceptableSetting("trials", "is \(given!), but the grid has \(count)", accepted: "\(count), or nothing")
    }
    return count
  }

  private static func number(
    _ json: JSONValue?, _ name: String, _ range: ClosedRange<Int>
  ) throws(UnacceptableSetting) -> Int? {
    guard let json, json != .null else { return nil }
    guard let number = json.wholeNumber, range.contains(number) else {
      let upper = range.upperBound == .max ? "" : " to \(range.upperBound)"
      throw UnacceptableSetting(
        name, "is \(json.shortText)", accepted: "a whole number from \(range.lowerBound)\(upper)")
    }
    return number
  }

  // MARK: Trials

  /// The sampler of this search.
  public func makeSampler() -> any Sampler {
    do throws(UnacceptableSetting) {
      return try sampler.sampler(of: space, seed: seed)
    } catch {
      preconditionFailure("a space that was accepted has a sampler: \(error)")
    }
  }

  /// A trial's file.
  ///
  /// - Parameters:
  ///   - values: of the parameters, as the sampler gives them.
  ///   - data: as `train --data`.
  ///   - directory: of its checkpoint.
  /// - Throws: `UnacceptableSetting` where values do not go together.
  public func spec(
    _ values: [String: JSONValue], data: String, directory: String
  ) throws(UnacceptableSetting) -> TrialSpec {
    var all = fixed
    for (path, value) in values.sorted(by: { $0.key < $1.key }) { try all.set(path, to: value) }
    return TrialSpec(data: data, values: all, directory: directory)
  }
}
