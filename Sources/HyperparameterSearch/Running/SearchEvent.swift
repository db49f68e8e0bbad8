import Jobs

/// What a search tells while it goes on.
public enum SearchEvent: Sendable {
  /// - expectedEpochs: of the whole search, if no trial ends early.
  case began(trials: Int, epochsEnded: Int, expectedEpochs: Int)
  /// A part of a trial begins.
  case run(TrialJob, values: [String: JSONValue])
  /// Something happens in it.
  case trial(TrialJob, TrialEvent)
  /// It has ended.
  case result(TrialJob, TrialResult)
}
