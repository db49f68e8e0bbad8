/// Where a connection stands: whose turn it is, how long that may take, and what happens when the time is over.
///
/// `ConnectionTransition.table` says how a connection gets from one phase to another.
enum ConnectionPhase: Int, CaseIterable, Sendable {
  /// The client's turn: TLS's handshake. Without TLS it is over at once.
  case opening
  /// The client's turn: the first byte of a request.
  case idle
  /// The client's turn: the rest of the request's header.
  case header
  /// The client's turn: the rest of the request's body.
  case body
  /// The handler's turn: it takes the body in pieces, and has enough of them for now. The client has to wait.
  case consuming
  /// The handler's turn: the request is complete, its answer is not there.
  case working
  /// The handler's turn: it gives its answer in pieces, and the next piece is not there.
  case producing
  /// The client's turn: to take the bytes of its answer.
  case writing
  /// The client's turn: the rest of a body that nobody wants, because its request is answered.
  case draining
  /// The client's turn: to end its side after the last answer.
  case lingering
  /// Nothing is read or written any more.
  case closed

  /// What happens when a client has taken too long.
  enum Expiry: Equatable, Sendable {
    case answerHeaderTimeout, answerBodyTimeout, close
  }

  var expiry: Expiry {
    switch self {
    case .header: .answerHeaderTimeout
    case .body: .answerBodyTimeout
    case .opening, .idle, .consuming, .working, .producing, .writing, .draining, .lingering, .closed: .close
    }
  }

  /// How long the client may take; nil where it is not the client's turn.
  func allowance(_ timeouts: ServerConfiguration.Timeouts) -> Duration? {
    switch self {
    case .idle: timeouts.idle
    case .opening, .header: timeouts.header
    case .body: timeouts.body
    case .writing: timeouts.write
    case .draining, .lingering: timeouts.linger
    case .consuming, .working, .producing, .closed: nil
    }
  }

  /// Whether bytes that came in are parsed now. Otherwise they wait for their turn.
  var readsRequests: Bool {
    switch self {
    case .idle, .header, .body, .draining: true
    case .opening, .consuming, .working, .producing, .writing, .lingering, .closed: false
    }
  }

  /// Whether it is a handler's turn, so that a client that leaves has to be noticed otherwise than by its silence.
  var isHandlersTurn: Bool {
    switch self {
    case .consuming, .working, .producing: true
    case .opening, .idle, .header, .body, .writing, .draining, .lingering, .closed: false
    }
  }
}
