/// What a key allows.
public enum Scope: String, CaseIterable, Sendable, Hashable {
  /// Classifying images.
  case infer
  /// Reading what there is: models, architectures, summaries, statistics, comparisons.
  case inspect
  /// Learning from photos: datasets, jobs, their events and reports. Photos are private, so reading them needs it too.
  case train
  /// What concerns the operation of the server.
  case admin
}

/// What a route asks of those who use it.
public enum Access: Sendable, Hashable {
  /// Nothing, not even to be seldom: health checks, and the files of the page.
  case unlimited
  /// No key.
  case open
  /// A key of this scope, where keys are asked for.
  case scope(Scope)
}
