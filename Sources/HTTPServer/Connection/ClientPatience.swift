/// How long a client may still take in one phase of its connection. It never looks at a clock: the moment is passed in.
///
/// A body and an answer have two bounds, and the earlier counts: `last piece + allowance`, and
/// `beginning + allowance + bytes that have moved / minimum rate`. So a client that sends a byte now and then is let go as
/// well as a client that stops.
struct ClientPatience<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
  private let allowance: Duration?
  private let minimumRate: Int
  private let began: Instant
  /// Bytes of body or answer that have moved in this phase.
  private var movedBytes = 0
  /// When the time is over; nil where nothing runs out.
  private(set) var deadline: Instant?

  init(_ phase: ConnectionPhase, _ timeouts: ServerConfiguration.Timeouts, now: Instant) {
    allowance = phase.allowance(timeouts)
    minimumRate = timeouts.minimumRate
    began = now
    deadline = allowance.map { now.advanced(by: $0) }
  }

  /// Bytes have moved: the rest has more time.
  mutating func moved(_ count: Int, now: Instant) {
    guard let allowance else { return }
    movedBytes += count
    let earned = Duration.microseconds(Int64(movedBytes) * 1_000_000 / Int64(minimumRate))
    deadline = min(now.advanced(by: allowance), began.advanced(by: allowance + earned))
  }

  func isOver(now: Instant) -> Bool { deadline.map { $0 <= now } ?? false }
}
