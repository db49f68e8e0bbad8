import Jobs

/// What a search tells while it goes on.
public enum SearchEvent: Sendable {
  /// - reached: epochs that trials have come to before, by their numbers.
  /// - expectedEpochs: of the whole search, if no trial ends early.
  case began(trials: Int, reached: [Int: Int], expectedEpochs: Int)
  /// A part of a trial begins.
  case run(TrialJob, values: [String: JSONValue])
  /// Something happens in it.
  case trial(TrialJob, TrialEvent)
  /// It has ended.
  case result(TrialJob, TrialResult)
}
