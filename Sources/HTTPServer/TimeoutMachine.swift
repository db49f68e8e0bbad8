/// Decides when a client has taken too long. It never looks at a clock: the moment is passed in.
struct TimeoutMachine<Instant: InstantProtocol> where Instant.Duration == Duration {
  /// What the connection waits for.
  enum Phase: Equatable {
    case idle
    case header
    case body
    /// For our own handler: no client is to blame, so nothing runs out.
    case working
    case writing
    case lingering
  }

  /// What to do when time is up.
  enum Action: Equatable {
    case answerHeaderTimeout
    case answerBodyTimeout
    case close
  }

  let timeouts: ServerConfiguration.Timeouts
  private(set) var phase: Phase = .idle
  private(set) var deadline: Instant?

  init(timeouts: ServerConfiguration.Timeouts, now: Instant) {
    self.timeouts = timeouts
    deadline = now.advanced(by: timeouts.idle)
  }

  /// Goes to a phase and starts its time; staying in the phase starts nothing anew.
  mutating func enter(_ next: Phase, now: Instant) {
    guard next != phase else { return }
    phase = next
    deadline = allowance(next).map { now.advanced(by: $0) }
  }

  /// Bytes moved: extends the time for a body or an answer, but not for a header, whose time is for all of it.
  mutating func progressed(now: Instant) {
    switch phase {
    case .body, .writing: deadline = allowance(phase).map { now.advanced(by: $0) }
    case .idle, .header, .working, .lingering: break
    }
  }

  /// What to do at this moment; nil while there is time.
  func action(now: Instant) -> Action? {
    guard let deadline, deadline <= now else { return nil }
    switch phase {
    case .header: return .answerHeaderTimeout
    case .body: return .answerBodyTimeout
    case .idle, .writing, .lingering: return .close
    case .working: return nil
    }
  }

  private func allowance(_ phase: Phase) -> Duration? {
    switch phase {
    case .idle: timeouts.idle
    case .header: timeouts.header
    case .body: timeouts.body
    case .working: nil
    case .writing: timeouts.write
    case .lingering: timeouts.linger
    }
  }
}
