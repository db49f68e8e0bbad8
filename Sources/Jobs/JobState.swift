/// Where a job is on its way.
public enum JobState: String, Codable, CaseIterable, Sendable {
  /// It waits for its turn.
  case queued
  /// Its photos are being looked at and split.
  case preparing
  /// It learns.
  case running
  /// It has kept what it had done, and waits to be resumed.
  case paused
  /// Its model is measured on photos that it has not seen.
  case evaluating
  /// Its model is put among the others.
  case publishing
  /// Its model answers.
  case succeeded
  /// It has ended without what it was to make last.
  case failed
  /// Somebody has ended it.
  case cancelled

  /// Whether nothing follows.
  public var isOver: Bool {
    switch self {
    case .succeeded, .failed, .cancelled: true
    case .queued, .preparing, .running, .paused, .evaluating, .publishing: false
    }
  }
}

/// What somebody wants of a job.
public enum DesiredState: String, Codable, CaseIterable, Sendable {
  /// That it be done.
  case running
  /// That it keep what it has done, and wait.
  case paused
  /// That it end for good.
  case cancelled
}
