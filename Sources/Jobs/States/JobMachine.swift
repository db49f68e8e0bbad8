/// A job as a value: where it is, and what somebody wants of it. It decides; the store writes down and the supervisor acts.
struct JobMachine: Equatable, Sendable {
  /// What somebody asks for.
  enum Action: String, CaseIterable, Sendable {
    case pause, resume, cancel
  }

  /// What comes of that.
  enum Answer: Sendable {
    /// It is done.
    case moved
    /// It will be done when the child has ended, which is to be told so.
    case wished
    /// It was so already.
    case unchanged
    case impossible
  }

  /// How a child has ended.
  enum ChildEnd: Sendable {
    case completed
    /// With a checkpoint, because it was told to.
    case interrupted
    /// By itself, with a reason.
    case failed
    /// With its server, which ended without warning: no fault of the job's, as far as anybody knows.
    case orphaned
  }

  private(set) var state: JobState
  private(set) var desired: DesiredState

  init(state: JobState, desired: DesiredState = .running) {
    self.state = state
    self.desired = desired
  }

  /// Moves on; false where the table has no such way, and nothing changes.
  mutating func handle(_ event: JobTransition.Event) -> Bool {
    guard let target = JobTransition.target(of: event, in: state) else { return false }
    state = target
    switch event {
    case .paused: desired = .paused
    case .cancelled: desired = .cancelled
    case .resumed, .completed, .broken: desired = .running
    case .begun, .working, .evaluating, .publishing, .interrupted: break
    }
    return true
  }

  var phase: JobPhase { JobPhase(state: state, desired: desired) }

  mutating func ask(_ action: Action) -> Answer {
    switch action {
    case .pause: ask(for: .paused, by: .paused)
    case .resume: state == .queued ? .unchanged : ask(for: .running, by: .resumed)
    case .cancel: ask(for: .cancelled, by: .cancelled)
    }
  }

  /// A job without a child moves at once; one with a child is to get there.
  private mutating func ask(for wish: DesiredState, by event: JobTransition.Event) -> Answer {
    guard state.hasChild else {
      if handle(event) { return .moved }
      return state.isReached(by: wish) ? .unchanged : .impossible
    }
    // A child that was told to leave everything behind cannot be called back.
    guard desired != .cancelled || wish == .cancelled else { return .impossible }
    defer { desired = wish }
    return desired == wish ? .unchanged : .wished
  }

  /// What the end of the child means.
  ///
  /// - Parameter mayTryAgain: whether another child may go on with it.
  func event(at end: ChildEnd, mayTryAgain: Bool) -> JobTransition.Event {
    if desired == .cancelled { return .cancelled }
    return switch end {
    case .completed: .completed
    case .failed: .broken
    case .interrupted where desired == .paused, .orphaned where desired == .paused: .paused
    case .interrupted: mayTryAgain ? .interrupted : .broken
    case .orphaned: mayTryAgain ? .interrupted : .paused
    }
  }
}

extension JobState {
  fileprivate func isReached(by wish: DesiredState) -> Bool {
    switch wish {
    case .running: false
    case .paused: self == .paused
    case .cancelled: self == .cancelled
    }
  }
}
