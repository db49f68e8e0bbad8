/// Where a job is on its way.
public enum JobState: String, Codable, CaseIterable, Sendable {
  case queued, preparing, running, paused, evaluating, publishing, succeeded, failed, cancelled

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
  case running, paused, cancelled
}
