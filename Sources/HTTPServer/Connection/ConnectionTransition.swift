/// One way from a phase of a connection to another.
struct ConnectionTransition: Equatable, Sendable {
  /// What moves a connection on.
  enum Event: Int, CaseIterable, Sendable {
    /// The transport is ready, after TLS's handshake where there is TLS.
    case opened
    /// The handshake failed, or a body that nobody wants is malformed: only an end can follow.
    case broken
    /// The first byte of a request is there.
    case begun
    /// The header is complete, and the request goes to its handler.
    case accepted
    /// The handler has as many pieces of the body as it may hold.
    case filled
    /// The handler has taken enough of them for more to come.
    case emptied
    /// The body is complete.
    case completed
    /// The head of the answer goes out, with the body where it is there as a whole.
    case answered
    /// The next piece of a streamed answer goes out.
    case produced
    /// All is written that there is of a streamed answer; more will come.
    case writtenSoFar
    /// The answer is written; the connection is kept.
    case written
    /// The same, and the body of the answered request is still to come.
    case writtenEarly
    /// The same, and the connection ends.
    case writtenLast
    /// The body that nobody wants is over.
    case discarded
    /// The client has left, the time is over, or the server stops.
    case closed
  }

  let from: ConnectionPhase
  let event: Event
  let to: ConnectionPhase

  /// Every transition that there is; any other is a mistake of ours.
  static let table: [ConnectionTransition] =
    [
      (.opening, .opened, .idle),
      (.opening, .broken, .lingering),
      (.idle, .begun, .header),
      (.idle, .answered, .writing),
      (.header, .accepted, .body),
      (.header, .answered, .writing),
      (.body, .filled, .consuming),
      (.body, .completed, .working),
      (.body, .answered, .writing),
      (.consuming, .emptied, .body),
      (.consuming, .answered, .writing),
      (.working, .answered, .writing),
      (.writing, .writtenSoFar, .producing),
      (.producing, .produced, .writing),
      (.writing, .written, .idle),
      (.writing, .writtenEarly, .draining),
      (.writing, .writtenLast, .lingering),
      (.draining, .discarded, .idle),
      (.draining, .broken, .lingering),
    ].map(ConnectionTransition.init)
    + ConnectionPhase.allCases.filter { $0 != .closed }.map {
      ConnectionTransition(from: $0, event: .closed, to: .closed)
    }

  /// The phase that an event leads to; nil where it cannot happen.
  static func target(of event: Event, in phase: ConnectionPhase) -> ConnectionPhase? {
    targets[phase.rawValue * Event.allCases.count + event.rawValue]
  }

  /// The table by phase and event.
  private static let targets: [ConnectionPhase?] = ConnectionPhase.allCases.flatMap { phase in
    Event.allCases.map { event in table.first { $0.from == phase && $0.event == event }?.to }
  }

  private init(from: ConnectionPhase, event: Event, to: ConnectionPhase) {
    self.from = from
    self.event = event
    self.to = to
  }
}
