import Dispatch
import HTTPCore

/// Time: one timer a connection, armed for the earliest moment that may matter.
extension Connection {
  /// How often to look for a client's departure while its bytes are not being read.
  private static let departurePoll = Duration.milliseconds(250)

  /// Arms the timer; one that fires too early is simply armed again, so a busy connection hardly touches it.
  func armTimer() {
    guard phase != .closed, let wanted = nextMoment else { return }
    if let timerFires, timerFires <= wanted { return }
    timerFires = wanted
    let delay = max(.zero, ContinuousClock.now.duration(to: wanted))
    timer.schedule(deadline: .now() + delay / .seconds(1), leeway: .milliseconds(5))
  }

  private var nextMoment: ContinuousClock.Instant? {
    if isDeaf { return .now.advanced(by: Self.departurePoll) }
    return timeouts.deadline
  }

  /// Whether the client's departure would go unnoticed: a handler works and the read source is paused.
  private var isDeaf: Bool { phase == .working && isReadingSuspended }

  /// Tells a client that has gone from one that has only said all it will say and waits for its answer.
  ///
  /// TCP ends a stream the same way for both; only sending shows the difference. `100 Continue` may be sent at any time
  /// before an answer, and clients ignore it (RFC 9110 section 15.2.1); a client that has gone replies with a reset,
  /// which the next look finds. HTTP/1.0 has no interim answers: there the answer itself has to find out.
  private func lookForDeparture() {
    switch socket.peerState() {
    case .speaking: break
    case .gone: close()
    case .hasEnded:
      guard !hasProbed, let version = exchange?.head?.version, version >= .http11 else { return }
      hasProbed = true
      send([ArraySlice(ResponseSerializer.continueResponse)])
    }
  }

  func timerFired() {
    guard phase != .closed else { return }
    timerFires = nil
    if isDeaf { lookForDeparture() }
    guard phase != .closed else { return }
    // Bytes may lie in the kernel when it is us who are late, and then the client is not to blame.
    if timeouts.action(now: .now) != nil { readable() }
    guard phase != .closed else { return }
    switch timeouts.action(now: .now) {
    case .answerHeaderTimeout: answer(.headerTimeout(timeouts.timeouts.header))
    case .answerBodyTimeout:
      answer(.bodyTimeout(timeouts.timeouts.body, minimumRate: timeouts.timeouts.minimumRate))
    case .close: close()
    case .none: break
    }
    armTimer()
  }
}
