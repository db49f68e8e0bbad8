/// Decides when a client has taken too long. It never looks at a clock: the moment is passed in.
///
/// A body and an answer have two bounds, and the earlier counts. A pause between two pieces lasts at most the phase's
/// time; and from the end of that time on, what has moved since the phase began makes up for the minimum rate. So a
/// client that sends a byte now and then is let go as well as one that stops.
struct TimeoutMachine<Instant: InstantProtocol> where Instant.Duration == Duration {
  /// What the connection waits for.
  enum Phase: Equatable {
    case opening
    case idle
    case header
    case body
    /// For our own handler: no client is to blame, so nothing runs out.
    case working
    case writing
    /// For the body of a request that is answered: as long as for a client to close.
    case draining
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
  private var began: Instant
  /// Bytes of body or answer that have moved in this phase.
  private var movedBytes = 0

  init(timeouts: ServerConfiguration.Timeouts, now: Instant) {
    self.timeouts = timeouts
    began = now
    deadline = now.advanced(by: timeouts.idle)
  }

  /// Goes to a phase and starts its time; staying in the phase starts nothing anew.
  mutating func enter(_ next: Phase, now: Instant) {
    guard next != phase else { return }
    phase = next
    began = now
    movedBytes = 0
    deadline = allowance(next).map { now.advanced(by: $0) }
  }

  /// Bytes came in: more time for a body, but not for a header, whose time is for all of it.
  mutating func received(_ count: Int, now: Instant) {
    if phase == .body { extend(by: count, now: now) }
  }

  /// The client took bytes of its answer: more time for the rest.
  mutating func sent(_ count: Int, now: Instant) {
    if phase == .writing { extend(by: count, now: now) }
  }

  private mutating func extend(by count: Int, now: Instant) {
    guard let allowance = allowance(phase) else { return }
    movedBytes += count
    let earned = Duration.microseconds(Int64(movedBytes) * 1_000_000 / Int64(timeouts.minimumRate))
    deadline = min(now.advanced(by: allowance), began.advanced(by: allowance + earned))
  }

  /// What to do at this moment; nil while there is time.
  func action(now: Instant) -> Action? {
    guard let deadline, deadline <= now else { return nil }
    switch phase {
    case .header: return .answerHeaderTimeout
    case .body: return .answerBodyTimeout
    case .opening, .idle, .writing, .draining, .lingering: return .close
    case .working: return nil
    }
  }

  private func allowance(_ phase: Phase) -> Duration? {
    switch phase {
    case .idle: timeouts.idle
    case .opening, .header: timeouts.header
    case .body: timeouts.body
    case .working: nil
    case .writing: timeouts.write
    case .draining, .lingering: timeouts.linger
    }
  }
}
