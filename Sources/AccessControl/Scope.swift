/// What a key allows.
public enum Scope: String, CaseIterable, Sendable, Hashable {
  /// Classifying images.
  case infer
  /// Reading what there is: models, architectures, summaries, statistics, comparisons.
  case inspect
  /// What concerns the operation of the server.
  case admin
}

/// What a route asks of those who use it.
public enum Access: Sendable, Hashable {
  /// Nothing, not even to be seldom: health checks.
  case unlimited
  /// No key.
  case open
  /// A key of this scope, where keys are asked for.
  case scope(Scope)
}
