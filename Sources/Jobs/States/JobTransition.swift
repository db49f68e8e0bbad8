/// One way from a state of a job to another.
///
/// A child may go through `running`, `evaluating` and `publishing` more than once: a new head is evaluated and published, and
/// then upper layers are trained, evaluated and published as a further version.
struct JobTransition: Equatable, Sendable {
  /// What moves a job on.
  enum Event: String, CaseIterable, Sendable {
    /// A child has started.
    case begun
    /// It computes what the classifier will be.
    case working
    /// It measures how good that is.
    case evaluating
    /// A version goes into the repository, and into the server.
    case publishing
    /// The child has done all, and the model answers.
    case completed
    /// The child has kept a checkpoint and ended, as somebody wanted; or none had started.
    case paused
    /// Somebody wants the job to go on.
    case resumed
    /// The child has ended before it was done: killed, or with the server. Another one goes on from its checkpoint.
    case interrupted
    /// The job cannot be done.
    case broken
    /// Somebody does not want it any more, and no child is left.
    case cancelled
  }

  let from: JobState
  let event: Event
  let to: JobState

  /// Every transition that there is; whatever else comes changes nothing.
  static let table: [JobTransition] =
    [
      (.queued, .begun, .preparing),
      (.queued, .paused, .paused),
      (.queued, .broken, .failed),
      (.queued, .cancelled, .cancelled),
      (.paused, .resumed, .queued),
      (.paused, .cancelled, .cancelled),
      (.preparing, .working, .running),
      (.preparing, .evaluating, .evaluating),
      (.preparing, .publishing, .publishing),
      (.running, .evaluating, .evaluating),
      (.running, .publishing, .publishing),
      (.evaluating, .working, .running),
      (.evaluating, .publishing, .publishing),
      (.publishing, .working, .running),
      (.publishing, .evaluating, .evaluating),
      (.publishing, .completed, .succeeded),
    ].map(JobTransition.init)
    + JobState.allCases.filter(\.hasChild).flatMap { state in
      [
        (state, .paused, .paused),
        (state, .interrupted, .queued),
        (state, .broken, .failed),
        (state, .cancelled, .cancelled),
      ].map(JobTransition.init)
    }

  /// The state that an event leads to; nil where it changes nothing.
  static func target(of event: Event, in state: JobState) -> JobState? {
    table.first { $0.from == state && $0.event == event }?.to
  }

  private init(from: JobState, event: Event, to: JobState) {
    self.from = from
    self.event = event
    self.to = to
  }
}

extension JobState {
  /// Whether a child works on the job.
  var hasChild: Bool {
    switch self {
    case .preparing, .running, .evaluating, .publishing: true
    case .queued, .paused, .succeeded, .failed, .cancelled: false
    }
  }
}
