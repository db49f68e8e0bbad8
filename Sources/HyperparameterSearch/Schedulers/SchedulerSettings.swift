import Jobs

/// The scheduler of a search, as its file has it: a name, or an object with `name`, `reduction` and `minimum_epochs`.
public struct SchedulerSettings: Hashable, Sendable {
  public enum Name: String, CaseIterable, Hashable, Sendable {
    case none, halving, asha
  }

  public let name: Name
  /// One of so many trials goes on.
  public let reduction: Int
  /// Of the first rung.
  public let minimumEpochs: Int

  public static let standardReduction = 3

  private static let accepted =
    "none, halving, asha, or {name: NAME, reduction: NUMBER from 2 (3), minimum_epochs: NUMBER from 1 (1)}"

  public init(_ name: Name, reduction: Int = standardReduction, minimumEpochs: Int = 1) {
    (self.name, self.reduction, self.minimumEpochs) = (name, reduction, minimumEpochs)
  }

  /// - Parameter epochs: that a trial has at most.
  /// - Throws: `UnacceptableSetting`, with an empty path or one within the object.
  init(_ json: JSONValue?, epochs: Int) throws(UnacceptableSetting) {
    let members = json?.members ?? ["name": json ?? .string(Name.none.rawValue)]
    let known = ["name", "reduction", "minimum_epochs"]
    if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknown(unknown, unknown, among: known)
    }
    guard let given = members["name"] else { throw UnacceptableSetting("name", "is missing", accepted: Self.accepted) }
    guard let name = given.string.flatMap(Name.init) else {
      throw UnacceptableSetting("", "is \(given.shortText)", accepted: Self.accepted)
    }
    if name == .none, let useless = members.keys.sorted().first(where: { $0 != "name" }) {
      throw UnacceptableSetting(useless, "is of no use to the scheduler none", accepted: "halving or asha")
    }
    self.init(
      name, reduction: try Self.number(members["reduction"], "reduction", 2...1000) ?? Self.standardReduction,
      minimumEpochs: try Self.number(members["minimum_epochs"], "minimum_epochs", 1...epochs) ?? 1)
  }

  private static func number(
    _ json: JSONValue?, _ name: String, _ range: ClosedRange<Int>
  ) throws(UnacceptableSetting) -> Int? {
    guard let json else { return nil }
    guard let number = json.wholeNumber, range.contains(number) else {
      throw UnacceptableSetting(
        name, "is \(json.shortText)", accepted: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  var json: JSONValue {
    guard name != .none else { return .string(name.rawValue) }
    return .object([
      "name": .string(name.rawValue), "reduction": .integer(reduction), "minimum_epochs": .integer(minimumEpochs),
    ])
  }

  /// - Parameter epochs: that a trial has at most.
  public func scheduler(epochs: Int) -> any Scheduler {
    let rungs = Rungs(minimum: min(minimumEpochs, epochs), reduction: reduction, maximum: epochs)
    return switch name {
    case .none: FullTraining(epochs: epochs)
    case .halving: SuccessiveHalving(rungs)
    case .asha: AsynchronousHalving(rungs)
    }
  }

  /// Epochs of a trial's first part.
  func firstEpochs(of epochs: Int) -> Int { name == .none ? epochs : min(minimumEpochs, epochs) }
}
