/// What a search knows of a trial that it has begun.
public struct TrialState: Hashable, Sendable {
  public let number: Int
  /// What its parts ended with, by the epochs that they were to come to.
  public private(set) var results: [Int: TrialResult] = [:]
  /// The epochs that it has been told to come to.
  public private(set) var target = 0

  init(number: Int) { self.number = number }

  /// The last part that has ended.
  public var last: TrialResult? { results.max { $0.key < $1.key }?.value }

  var isRunning: Bool { target > 0 && results[target] == nil }

  /// What it was worth when it had been told to come to so many epochs; nothing where it diverged or failed.
  func metric(at epochs: Int) -> TrialMetric? { results[epochs]?.metric }

  /// Epochs that it has been paid for.
  var epochsPaid: Int { target }

  mutating func begin(_ epochs: Int) { target = epochs }
  mutating func end(_ epochs: Int, _ result: TrialResult) { results[epochs] = result }
}
